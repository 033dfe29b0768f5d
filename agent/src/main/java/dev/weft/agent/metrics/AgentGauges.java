package dev.weft.agent.metrics;

import dev.weft.agent.probe.Tunnel;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.key.PublicKey;
import java.util.List;
import java.util.Map;

/**
 * How the agent stands at one moment.
 *
 * @param nodeName own node
 * @param mesh empty: none
 * @param revision of the view acted on; empty: none
 * @param meshNodes nodes in the view
 * @param meshPeers Peers in the view
 * @param ready whether the kernel is as the view wants it
 * @param held whether the view is held
 * @param fromCheckpoint whether the API server has not yet confirmed the view
 * @param checkpointEpochSecond when the checkpoint last changed; 0: none
 * @param devices WireGuard devices as read
 * @param peerNames who has a public key, by its text
 * @param tunnels what probes have found, by peer
 * @param nowEpochSecond when it was read
 */
public record AgentGauges(
    String nodeName,
    String mesh,
    String revision,
    int meshNodes,
    int meshPeers,
    boolean ready,
    boolean held,
    boolean fromCheckpoint,
    long checkpointEpochSecond,
    List<SeenDevice> devices,
    Map<String, String> peerNames,
    Map<PublicKey, Tunnel> tunnels,
    long nowEpochSecond) {
  public AgentGauges {
    devices = List.copyOf(devices);
    peerNames = Map.copyOf(peerNames);
    tunnels = Map.copyOf(tunnels);
  }

  /** Before the first pass. */
  public static AgentGauges starting(String nodeName) {
    return new AgentGauges(
        nodeName, "", "", 0, 0, false, false, false, 0, List.of(), Map.of(), Map.of(), 0);
  }
}
