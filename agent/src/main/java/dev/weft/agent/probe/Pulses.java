package dev.weft.agent.probe;

import dev.weft.mesh.dataplane.ReachVector;
import dev.weft.mesh.device.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pulses of the nodes at the other ends of watched tunnels. Each has a connected socket of its
 * own, for only to such a one the kernel hands the ICMP error by which a node without an agent is
 * told from one that is gone. One thread.
 */
final class Pulses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pulses.class);

  private final Selector selector;
  private final int port;
  private final SecureRandom random = new SecureRandom();
  private final Map<PeerId, Pulsing> pulsings = new HashMap<>();

  private static final class Pulsing {
    private final Target target;
    private final Heartbeat heartbeat;
    private @Nullable DatagramChannel channel;
    private Optional<ReachVector> reach = Optional.empty();

    Pulsing(Target target, long dueAt) {
      this.target = target;
      this.heartbeat = new Heartbeat(target.pace(), dueAt);
    }
  }

  Pulses(Selector selector, int port) {
    this.selector = selector;
    this.port = port;
  }

  /** Those to look after from now on; what is known of one that stays is kept. */
  void follow(List<Target> targets, long now) {
    Set<PeerId> keys = new HashSet<>();
    for (var target : targets) {
      if (target.isWatched()) {
        keys.add(target.peer());
        var known = pulsings.get(target.peer());
        if (known == null || !known.target.equals(target)) {
          if (known != null) {
            unbind(known);
          }
          pulsings.put(target.peer(), new Pulsing(target, now));
        }
      }
    }
    pulsings.entrySet().stream()
        .filter(e -> !keys.contains(e.getKey()))
        .map(Map.Entry::getValue)
        .toList()
        .forEach(this::unbind);
    pulsings.keySet().retainAll(keys);
  }

  Pulse of(PeerId peer) {
    var pulsing = pulsings.get(peer);
    return pulsing == null ? Pulse.UNKNOWN : pulsing.heartbeat.pulse();
  }

  /** Names of the nodes whose pulse is there. */
  Set<String> answering() {
    return pulsings.values().stream()
        .filter(p -> p.heartbeat.pulse() == Pulse.ANSWERED)
        .map(p -> p.target.name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What gateways of the own location say that they reach, by node name. */
  Map<String, ReachVector> reach() {
    var reach = new HashMap<String, ReachVector>();
    pulsings.values().forEach(p -> p.reach.ifPresent(r -> reach.put(p.target.name(), r)));
    return reach;
  }

  /** When the first request without an answer went out, by the name of each silent node. */
  Map<String, Long> silentSince() {
    var since = new HashMap<String, Long>();
    pulsings
        .values()
        .forEach(p -> p.heartbeat.silentSince().ifPresent(at -> since.put(p.target.name(), at)));
    return since;
  }

  /** Whether each pulse has answered or has been found silent. */
  boolean isSettled() {
    return pulsings.values().stream().noneMatch(p -> p.heartbeat.pulse() == Pulse.UNKNOWN);
  }

  /** When the next request is due; {@link Long#MAX_VALUE}: none is looked after. */
  long next() {
    return pulsings.values().stream()
        .mapToLong(p -> p.heartbeat.dueAt())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Sends what is due; whether a pulse turned. */
  boolean send(long now) {
    boolean turned = false;
    for (var pulsing : pulsings.values()) {
      if (pulsing.heartbeat.dueAt() <= now) {
        var before = pulsing.heartbeat.pulse();
        send(pulsing, now);
        turned |= pulsing.heartbeat.pulse() != before;
      }
    }
    return turned;
  }

  private void send(Pulsing pulsing, long now) {
    long nonce = random.nextLong();
    pulsing.heartbeat.start(nonce, now);
    var request =
        new ProbeMessage(
            ProbeMessage.Kind.REQUEST, nonce, pulsing.target.isNear(), Optional.empty());
    var buffer = ByteBuffer.allocate(request.length());
    request.write(buffer);
    try {
      bound(pulsing).write(buffer.flip());
    } catch (PortUnreachableException e) {
      pulsing.heartbeat.refused(); // the answer to the request before
    } catch (IOException e) {
      // No route or no address just now: not answered, then. The next has a new socket.
      LOG.trace("pulse of {}: {}", pulsing.target.name(), e.toString());
      unbind(pulsing);
    }
  }

  private DatagramChannel bound(Pulsing pulsing) throws IOException {
    var channel = pulsing.channel;
    if (channel != null) {
      return channel;
    }
    var own = InetAddress.getByAddress(pulsing.target.own().toBytes());
    var other = InetAddress.getByAddress(pulsing.target.address().toBytes());
    channel =
        DatagramChannel.open(
            own.getAddress().length == 4
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6);
    try {
      channel.bind(new InetSocketAddress(own, 0));
      channel.connect(new InetSocketAddress(other, port));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, pulsing);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    pulsing.channel = channel;
    return channel;
  }

  private void unbind(Pulsing pulsing) {
    try (var channel = pulsing.channel) {
      pulsing.channel = null;
      LOG.trace("no longer followed at {}", channel);
    } catch (IOException e) {
      LOG.debug("closing the channel to {}", pulsing.target.name(), e);
    }
  }

  /** Whether that socket is one of these. */
  static boolean isOne(SelectionKey key) {
    return key.attachment() instanceof Pulsing;
  }

  /** Reads what has come; whether a pulse turned, or what the other reaches. */
  boolean receive(SelectionKey key) {
    var pulsing = (Pulsing) key.attachment();
    var before = pulsing.heartbeat.pulse();
    var reachBefore = pulsing.reach;
    var buffer = ByteBuffer.allocate(2 * ProbeMessage.WITH_REACH);
    try {
      while (((DatagramChannel) key.channel()).read(buffer) > 0) {
        ProbeMessage.read(buffer.flip())
            .filter(m -> m.kind() == ProbeMessage.Kind.REPLY)
            .filter(m -> pulsing.heartbeat.answered(m.nonce(), System.nanoTime()))
            .ifPresent(m -> pulsing.reach = m.reach());
        buffer.clear();
      }
    } catch (PortUnreachableException e) {
      pulsing.heartbeat.refused();
    } catch (IOException e) {
      LOG.trace("pulse of {}: {}", pulsing.target.name(), e.toString());
    }
    return pulsing.heartbeat.pulse() != before || !pulsing.reach.equals(reachBefore);
  }

  @Override
  public void close() {
    pulsings.values().forEach(this::unbind);
  }
}
