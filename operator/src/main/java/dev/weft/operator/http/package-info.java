/** Health and metrics. */
@NullMarked
package dev.weft.operator.http;

import org.jspecify.annotations.NullMarked;
