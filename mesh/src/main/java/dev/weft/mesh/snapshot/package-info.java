/**
 * What the operator has read, as values: API objects without their bookkeeping, who is alive, what
 * time it is. Pure.
 */
@NullMarked
package dev.weft.mesh.snapshot;

import org.jspecify.annotations.NullMarked;
