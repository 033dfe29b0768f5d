/**
 * From the view of a mesh and the facts of one node to what is wanted of that node's kernel. Pure.
 */
@NullMarked
package dev.weft.mesh.dataplane;

import org.jspecify.annotations.NullMarked;
