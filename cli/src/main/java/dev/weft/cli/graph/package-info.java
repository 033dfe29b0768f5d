/** The mesh drawn. */
@NullMarked
package dev.weft.cli.graph;

import org.jspecify.annotations.NullMarked;
