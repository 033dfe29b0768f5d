/** Kubernetes labels and what selects by them. Pure. */
@NullMarked
package dev.weft.mesh.label;

import org.jspecify.annotations.NullMarked;
