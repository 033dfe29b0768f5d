/** The difference between what is wanted and what was read, as an ordered list of changes. Pure. */
@NullMarked
package dev.weft.mesh.diff;

import org.jspecify.annotations.NullMarked;
