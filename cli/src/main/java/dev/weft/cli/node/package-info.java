/** The configuration of a node, in the words of its own tools. */
@NullMarked
package dev.weft.cli.node;

import org.jspecify.annotations.NullMarked;
