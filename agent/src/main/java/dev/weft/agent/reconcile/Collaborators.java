package dev.weft.agent.reconcile;

import dev.weft.agent.checkpoint.CheckpointFile;
import dev.weft.agent.cni.PodNetwork;
import dev.weft.agent.facts.NameResolver;
import dev.weft.agent.facts.Preflight;
import dev.weft.agent.lease.LeaseKeeper;
import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.report.EventRecorder;
import dev.weft.agent.report.ReportPublisher;
import dev.weft.agent.view.ApiWatch;
import dev.weft.agent.view.PodWatch;
import dev.weft.agent.view.PresharedKeyWatch;
import java.util.Optional;

/**
 * With whom the reconciler speaks.
 *
 * @param api what the API server tells
 * @param presharedKeys Secrets
 * @param ownPods pods of the node, where they are to be chosen among
 * @param names DNS
 * @param checkpoint disk
 * @param pods CNI
 * @param preflight host settings
 * @param reports NodeReport
 * @param events Events
 * @param lease sign of life
 * @param probes what tunnels carry; empty: they are not probed
 */
public record Collaborators(
    ApiWatch api,
    PresharedKeyWatch presharedKeys,
    PodWatch ownPods,
    NameResolver names,
    CheckpointFile checkpoint,
    PodNetwork pods,
    Preflight preflight,
    ReportPublisher reports,
    EventRecorder events,
    LeaseKeeper lease,
    Optional<TunnelProber> probes) {}
