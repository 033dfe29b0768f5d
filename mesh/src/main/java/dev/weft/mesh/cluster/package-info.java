/**
 * A cluster as a person's tool sees it: what the operator reads and has published, what agents
 * report, and the pods and policies beside it. Pure.
 */
@NullMarked
package dev.weft.mesh.cluster;

import org.jspecify.annotations.NullMarked;
