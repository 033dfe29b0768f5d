package dev.weft.agent.userspace;

import dev.weft.agent.wireguard.TemporaryPeer;
import dev.weft.agent.wireguard.WireGuardDevices;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.kernel.SeenDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** WireGuard devices that wireguard-go runs, started by a runner beside the agent. */
public final class UserspaceWireGuard implements WireGuardDevices {
  private static final long POLL_MILLIS = 20;

  private final Path requests;
  private final Path sockets;
  private final Duration timeout;

  /**
   * Nothing is touched until a device is.
   *
   * @param requests where an empty file named like a link asks the runner for it
   * @param sockets where {@code NAME.sock} appears
   * @param timeout for a device to answer after it was asked for
   */
  public UserspaceWireGuard(Path requests, Path sockets, Duration timeout) {
    this.requests = requests;
    this.sockets = sockets;
    this.timeout = timeout;
  }

  @Override
  public boolean userspace() {
    return true;
  }

  /** Asks the runner unless that was done, and waits until the device answers. */
  @Override
  public void create(DesiredDevice device) throws IOException {
    var request = requests.resolve(device.name());
    if (!Files.exists(request)) {
      Files.createDirectories(
          requests,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.createFile(
          request,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    while (read(device.name()).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "wireguard-go for %s didn't come up within %d s; is the runner that watches %s running?"
                .formatted(device.name(), timeout.toSeconds(), requests));
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for wireguard-go", e);
    }
  }

  /** Takes the request back, and waits until the runner has ended wireguard-go with its link. */
  @Override
  public void remove(String name) throws IOException {
    if (!Files.deleteIfExists(requests.resolve(name))) {
      return;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    while (read(name).isPresent()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "wireguard-go for %s didn't end within %d s; is the runner that watches %s running?"
                .formatted(name, timeout.toSeconds(), requests));
      }
      pause();
    }
  }

  /** Empty, too, while nothing listens on the socket. */
  @Override
  public Optional<SeenDevice> read(String name) throws IOException {
    if (!Files.exists(socket(name))) {
      return Optional.empty();
    }
    List<String> lines;
    try {
      lines = UapiSocket.request(socket(name), "get " + name, UapiText.GET);
    } catch (java.net.ConnectException | java.nio.file.NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.of(UapiReader.read(name, lines));
  }

  /** A listen port is written only if it differs, for wireguard-go opens its socket anew. */
  @Override
  public void configure(DesiredDevice device) throws IOException {
    var seen = read(device.name());
    boolean key = !seen.flatMap(SeenDevice::publicKey).equals(Optional.of(device.publicKey()));
    boolean port = seen.map(SeenDevice::listenPort).orElse(-1) != device.listenPort();
    boolean mark = seen.map(SeenDevice::firewallMark).orElse(-1L) != device.firewallMark();
    if (key || port || mark) {
      set(device.name(), "configure", UapiText.configure(device, key, port, mark));
    }
  }

  @Override
  public void setPeer(Change.SetPeer change) throws IOException {
    set(change.device(), "set peer " + change.publicKey(), UapiText.setPeer(change));
  }

  /** All of a device in one request; where that is refused, one by one, to know which. */
  @Override
  public Map<Change.SetPeer, IOException> setPeers(List<Change.SetPeer> changes) {
    var byDevice = new LinkedHashMap<String, List<Change.SetPeer>>();
    changes.forEach(c -> byDevice.computeIfAbsent(c.device(), d -> new ArrayList<>()).add(c));
    var refused = new IdentityHashMap<Change.SetPeer, IOException>();
    byDevice.forEach(
        (device, of) -> {
          try {
            set(device, "set %d peers".formatted(of.size()), UapiText.setPeers(of));
          } catch (UapiRefusal e) {
            of.forEach(c -> setOne(c, refused));
          } catch (IOException e) {
            of.forEach(c -> refused.put(c, e)); // nothing answers; the next snapshot tells
          }
        });
    return refused;
  }

  private void setOne(Change.SetPeer change, Map<Change.SetPeer, IOException> refused) {
    try {
      setPeer(change);
    } catch (IOException e) {
      refused.put(change, e);
    }
  }

  @Override
  public void removeAllowedIPs(Change.RemoveAllowedIPs change) throws IOException {
    set(
        change.device(),
        "remove allowed IPs of " + change.publicKey(),
        UapiText.removeAllowedIPs(change, TemporaryPeer.newKey()));
  }

  @Override
  public void removePeer(Change.RemovePeer change) throws IOException {
    set(
        change.device(),
        "remove peer " + change.publicKey(),
        UapiText.removePeer(change.publicKey()));
  }

  private void set(String device, String operation, String text) throws IOException {
    UapiSocket.request(socket(device), "wireguard-go " + device + ": " + operation, text);
  }

  private Path socket(String name) {
    return sockets.resolve(name + ".sock");
  }

  @Override
  public void close() {}
}
