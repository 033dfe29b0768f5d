/**
 * What is wrong with a cluster or a node, each fault with its name and the command that fixes it:
 * checks over what was collected. Pure.
 */
@NullMarked
package dev.weft.mesh.diagnose;

import org.jspecify.annotations.NullMarked;
