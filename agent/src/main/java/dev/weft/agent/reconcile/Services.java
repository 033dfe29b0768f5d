package dev.weft.agent.reconcile;

import dev.weft.agent.boot.BootGuard;
import dev.weft.agent.checkpoint.CheckpointFile;
import dev.weft.agent.cni.PodNetwork;
import dev.weft.agent.facts.NameResolver;
import dev.weft.agent.facts.Preflight;
import dev.weft.agent.lease.LeaseKeeper;
import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.report.EventRecorder;
import dev.weft.agent.report.ReportPublisher;
import dev.weft.agent.view.ApiServerWatch;
import dev.weft.agent.view.ApiWatch;
import dev.weft.agent.view.PodWatch;
import dev.weft.agent.view.PresharedKeyWatch;
import dev.weft.runtime.thread.Supervision;
import java.util.Optional;

/**
 * The services that the reconciler calls.
 *
 * @param api what the API server holds
 * @param apiServers where the API server is
 * @param presharedKeys Secrets
 * @param ownPods pods of the node, where they are to be chosen among
 * @param names DNS
 * @param checkpoint disk
 * @param pods CNI
 * @param boot packet filter of the next boot
 * @param preflight host settings
 * @param reports NodeReport
 * @param events Events
 * @param lease sign of life
 * @param supervision background threads
 * @param probes what tunnels carry; empty: they are not probed
 */
public record Services(
    ApiWatch api,
    ApiServerWatch apiServers,
    PresharedKeyWatch presharedKeys,
    PodWatch ownPods,
    NameResolver names,
    CheckpointFile checkpoint,
    PodNetwork pods,
    BootGuard boot,
    Preflight preflight,
    ReportPublisher reports,
    EventRecorder events,
    LeaseKeeper lease,
    Supervision supervision,
    Optional<TunnelProber> probes) {}
