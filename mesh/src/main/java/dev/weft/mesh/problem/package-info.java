/** What is wrong with an input, said so that its author can fix it. Pure. */
@NullMarked
package dev.weft.mesh.problem;

import org.jspecify.annotations.NullMarked;
