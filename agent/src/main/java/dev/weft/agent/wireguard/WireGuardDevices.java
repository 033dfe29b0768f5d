package dev.weft.agent.wireguard;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.kernel.SeenDevice;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * WireGuard devices of this node, the kernel's or wireguard-go's. Nothing here replaces all peers
 * or all allowed IPs of a live device. Errors say the operation and never a secret.
 */
public interface WireGuardDevices extends AutoCloseable {
  /** Whether wireguard-go runs them. */
  boolean userspace();

  /** Makes the link, or adopts one that is there. */
  void create(DesiredDevice device) throws IOException;

  /** Removes the link; nothing happens if there is none. */
  void remove(String name) throws IOException;

  /** The device; empty if there is none of that name. */
  Optional<SeenDevice> read(String name) throws IOException;

  /** Sets private key, listen port and firewall mark where they differ. */
  void configure(DesiredDevice device) throws IOException;

  /** Adds or changes a peer; see {@link Change.SetPeer}. */
  void setPeer(Change.SetPeer change) throws IOException;

  /**
   * Adds or changes peers, in order and with few round trips; one that is refused doesn't stop the
   * others.
   *
   * @return what was refused
   */
  Map<Change.SetPeer, IOException> setPeers(List<Change.SetPeer> changes);

  /** Moves allowed IPs to a temporary peer and removes that, in one request. */
  void removeAllowedIPs(Change.RemoveAllowedIPs change) throws IOException;

  /** Removes a peer; nothing happens if there is none. */
  void removePeer(Change.RemovePeer change) throws IOException;

  @Override
  void close();
}
