package dev.weft.agent.view;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import java.util.Optional;

/**
 * A WireGuardMesh as the API server has it.
 *
 * @param spec as written; only to tell who attaches pods before anything is in force
 * @param effective status.effective; empty: nothing accepted yet
 * @param nodes status.nodes, how many nodes the operator counts; -1: not written
 */
public record MeshObject(
    WireGuardMeshSpec spec, Optional<WireGuardMeshSpec> effective, int nodes) {}
