/** What is wanted of one node's kernel. Pure. */
@NullMarked
package dev.weft.mesh.desired;

import org.jspecify.annotations.NullMarked;
