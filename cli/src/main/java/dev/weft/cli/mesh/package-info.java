/** Commands about a WireGuardMesh as a whole. */
@NullMarked
package dev.weft.cli.mesh;

import org.jspecify.annotations.NullMarked;
