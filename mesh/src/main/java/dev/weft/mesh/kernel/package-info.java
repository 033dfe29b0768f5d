/** What was read from one node's kernel; never what is wanted of it. Pure. */
@NullMarked
package dev.weft.mesh.kernel;

import org.jspecify.annotations.NullMarked;
