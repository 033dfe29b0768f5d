/** Identities of WireGuard devices and of their peers. Pure. */
@NullMarked
package dev.weft.mesh.device;

import org.jspecify.annotations.NullMarked;
