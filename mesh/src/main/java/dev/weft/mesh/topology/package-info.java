/** Which nodes speak WireGuard to each other, and through which the others are reached. Pure. */
@NullMarked
package dev.weft.mesh.topology;

import org.jspecify.annotations.NullMarked;
