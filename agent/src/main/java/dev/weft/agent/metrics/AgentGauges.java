package dev.weft.agent.metrics;

import dev.weft.agent.probe.Tunnel;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.key.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the agent stands at one moment.
 *
 * @param mesh empty: none
 * @param revision of the view acted on; empty: none
 * @param meshNodes nodes in the view
 * @param meshPeers Peers in the view
 * @param ready whether the kernel is as the view wants it
 * @param held whether the view is held
 * @param fromCheckpoint whether the API server has not yet confirmed the view
 * @param checkpointEpochSecond when the checkpoint last changed; 0: none
 * @param apiReachable whether the API server answered the last time
 * @param unresolvedNames DNS names without an address
 * @param conditions of the NodeReport: type to whether it is True
 * @param problems how many of each reason
 * @param planObjects size of the desired state, by kind
 * @param devices WireGuard devices as read
 * @param endpointChanges by peer; absent: none
 * @param parties who has a public key
 * @param tunnels what probes have found, by peer
 * @param lanes where a location has several gateways
 */
public record AgentGauges(
    String mesh,
    String revision,
    int meshNodes,
    int meshPeers,
    boolean ready,
    boolean held,
    boolean fromCheckpoint,
    long checkpointEpochSecond,
    boolean apiReachable,
    int unresolvedNames,
    Map<String, Boolean> conditions,
    Map<String, Long> problems,
    Map<String, Long> planObjects,
    List<SeenDevice> devices,
    Map<PeerId, Long> endpointChanges,
    Map<PublicKey, Party> parties,
    Map<PeerId, Tunnel> tunnels,
    LaneFigures lanes) {
  /** Before the first pass. */
  public static final AgentGauges STARTING =
      new AgentGauges(
          "",
          "",
          0,
          0,
          false,
          false,
          false,
          0,
          false,
          0,
          Map.of(),
          Map.of(),
          Map.of(),
          List.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          LaneFigures.NONE);

  /** The same after a pass that failed: the kernel may not be as the view wants it. */
  public AgentGauges afterAFailure() {
    var now = new HashMap<>(conditions);
    now.put("Applied", false);
    return new AgentGauges(
        mesh,
        revision,
        meshNodes,
        meshPeers,
        false,
        held,
        fromCheckpoint,
        checkpointEpochSecond,
        apiReachable,
        unresolvedNames,
        now,
        problems,
        planObjects,
        devices,
        endpointChanges,
        parties,
        tunnels,
        lanes);
  }

  public AgentGauges {
    conditions = Map.copyOf(conditions);
    problems = Map.copyOf(problems);
    planObjects = Map.copyOf(planObjects);
    devices = List.copyOf(devices);
    endpointChanges = Map.copyOf(endpointChanges);
    parties = Map.copyOf(parties);
    tunnels = Map.copyOf(tunnels);
  }
}
