/** Who speaks WireGuard to whom, and through whom the others are reached. Pure. */
@NullMarked
package dev.weft.mesh.topology;

import org.jspecify.annotations.NullMarked;
