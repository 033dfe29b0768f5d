package dev.weft.agent.config;

import dev.weft.log.LogFormat;
import dev.weft.log.LogLevel;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the agent was started.
 *
 * @param mode what to do
 * @param nodeName name of the Node object; empty only where none is needed
 * @param stateDirectory private key and checkpoint
 * @param runDirectory requests to the runner of wireguard-go, and the pod network's marker
 * @param hostRunDirectory the same as the host has it
 * @param wireGuardSocketDirectory sockets of wireguard-go
 * @param cniConfDirectory where the conflist goes
 * @param cniBinDirectory where CNI plugins go
 * @param cniAddressDirectory where host-local keeps addresses
 * @param cniResultDirectory where the container runtime keeps the results of CNI ADD
 * @param cniPluginsFrom where CNI plugins come from
 * @param httpAddress unresolved address of the HTTP server
 * @param metricsAddress unresolved address of a second one with nothing but the metrics
 * @param namespace of Leases and Secrets
 * @param kubeconfig instead of the pod's service account
 * @param probeInterval between two probes of a tunnel; zero: none
 * @param logLevel from where on Weft's own loggers are heard
 * @param logFormat how a record is written
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record AgentOptions(
    Mode mode,
    String nodeName,
    Path stateDirectory,
    Path runDirectory,
    Path hostRunDirectory,
    Path wireGuardSocketDirectory,
    Path cniConfDirectory,
    Path cniBinDirectory,
    Path cniAddressDirectory,
    Path cniResultDirectory,
    Optional<Path> cniPluginsFrom,
    Optional<InetSocketAddress> httpAddress,
    Optional<InetSocketAddress> metricsAddress,
    String namespace,
    Optional<Path> kubeconfig,
    Duration probeInterval,
    LogLevel logLevel,
    LogFormat logFormat) {}
