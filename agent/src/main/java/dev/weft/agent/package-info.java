/** The node daemon: it makes one node's kernel what the mesh wants. */
@NullMarked
package dev.weft.agent;

import org.jspecify.annotations.NullMarked;
