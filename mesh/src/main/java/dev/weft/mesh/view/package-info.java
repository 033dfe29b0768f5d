/**
 * What an agent knows: the mesh, nodes and peers as put into effect, and the facts of its own node.
 * Pure.
 */
@NullMarked
package dev.weft.mesh.view;

import org.jspecify.annotations.NullMarked;
