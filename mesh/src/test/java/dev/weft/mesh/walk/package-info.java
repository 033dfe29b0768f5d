/** Proofs by walking. */
@NullMarked
package dev.weft.mesh.walk;

import org.jspecify.annotations.NullMarked;
