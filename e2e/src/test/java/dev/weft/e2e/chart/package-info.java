/** The charts and what is made from them, by the real helm and without a cluster. */
@NullMarked
package dev.weft.e2e.chart;

import org.jspecify.annotations.NullMarked;
