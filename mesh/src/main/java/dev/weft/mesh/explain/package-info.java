/**
 * Why one place reaches another, or doesn't: the path step by step in both directions, up to the
 * first broken link. Pure.
 */
@NullMarked
package dev.weft.mesh.explain;

import org.jspecify.annotations.NullMarked;
