package dev.weft.agent.probe;

import dev.weft.mesh.dataplane.ReachVector;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.net.IpAddress;
import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends probes through the tunnels, answers those of others, and says what it found. It listens on
 * the node's mesh addresses alone, which nothing outside of the mesh reaches. Probes have DF set,
 * and the routes to the probed addresses keep the device's MTU, so that what is too large for the
 * path is lost there and not refused here.
 */
public final class TunnelProber implements AutoCloseable {
  /** UDP port on the mesh addresses. */
  public static final int PORT = DesiredFirewall.PROBE_PORT;

  private static final Logger LOG = LoggerFactory.getLogger(TunnelProber.class);

  /** Between the probes of all tunnels of a node: a thousand of them make 40 packets a second. */
  private static final long SPACING_NANOS = Duration.ofMillis(25).toNanos();

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();

  private final int port;
  private final long pauseNanos;
  private final Runnable changed;
  private final Selector selector;
  private final Thread thread;
  private final Rounds rounds;
  private final SecureRandom random = new SecureRandom();
  private volatile Wanted wanted = Wanted.NOTHING;
  private final Map<PeerId, Probing> probings = new HashMap<>();
  private final Map<IpAddress, DatagramChannel> channels = new HashMap<>();
  private final Pulses pulses;
  private volatile Probed probed = Probed.NOTHING;
  private volatile Optional<ReachVector> reach = Optional.empty();
  private volatile Set<String> silentExits = Set.of();
  private volatile Map<IpAddress, Integer> exits = Map.of();
  private Wanted followed = Wanted.NOTHING;
  private boolean unpublished;
  private volatile boolean closed;

  /**
   * A prober that is not started.
   *
   * @param port UDP port on the mesh addresses, the same on all nodes
   * @param pause between two probes of a tunnel at rest
   * @param changed called when the path MTU or the pulse of a tunnel has changed
   * @param supervision notified of each round
   * @throws IOException if the selector can't be had
   */
  public TunnelProber(int port, Duration pause, Runnable changed, Supervision supervision)
      throws IOException {
    this.rounds = supervision.watch("probe", PATIENCE);
    this.port = port;
    this.pauseNanos = pause.toNanos();
    this.changed = changed;
    this.selector = Selector.open();
    this.pulses = new Pulses(selector, port);
    this.thread = Thread.ofPlatform().daemon().name("probe").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /**
   * What to look after from now on; any thread.
   *
   * @param tunnels to probe
   * @param exits gateways, near or far, of which is asked whether they are there, and what size of
   *     packet gets to them
   * @param near other gateways of the own location, of which is asked whether they are there
   */
  public void follow(List<Target> tunnels, List<Target> exits, List<Target> near) {
    var now = new Wanted(tunnels, exits, near);
    if (!now.equals(wanted)) {
      wanted = now;
      selector.wakeup();
    }
  }

  /** What this node answers to others that it reaches; empty: it does not say. Any thread. */
  public void reaches(Optional<ReachVector> locations) {
    reach = locations;
  }

  /** Names of the exits that do not answer; any thread. */
  public Set<String> silentExits() {
    return silentExits;
  }

  /** Bytes of a packet that arrives at an exit, by mesh address; any thread. */
  public Map<IpAddress, Integer> exits() {
    return exits;
  }

  /** What was found; any thread. */
  public Probed probed() {
    return probed;
  }

  private void run() {
    while (!closed) {
      try {
        adopt();
        long next = Math.min(probeWhatIsDue(), pulses.next());
        // Answers that have come while this thread waited for the processor are no misses.
        selector.selectNow(this::receive);
        if (pulses.send(System.nanoTime())) {
          tellPulse();
        }
        if (unpublished) {
          publish();
        }
        long millis = Math.clamp((next - System.nanoTime()) / 1_000_000 + 1, 1, 1000);
        selector.select(this::receive, millis);
        rounds.done();
      } catch (IOException | RuntimeException | Error e) {
        if (!closed) {
          rounds.failed(e);
          pause();
        }
      }
    }
    rounds.ended();
    release();
  }

  /** Closes what this thread alone uses. */
  private void release() {
    try {
      pulses.close();
      for (var channel : channels.values()) {
        channel.close();
      }
      selector.close();
    } catch (IOException e) {
      LOG.debug("closing the probes' sockets", e);
    }
  }

  private void pause() {
    try {
      Thread.sleep(Duration.ofNanos(IDLE_NANOS));
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Takes over what is wanted: new tunnels start at different times, so that they don't burst. */
  private void adopt() {
    var both = wanted;
    var targets = both.probed();
    Set<IpAddress> own = new HashSet<>();
    targets.forEach(t -> own.add(t.own()));
    channels.keySet().stream().filter(a -> !own.contains(a)).toList().forEach(this::unbind);
    own.stream().filter(a -> !channels.containsKey(a)).forEach(this::bind);
    if (both.equals(followed)) {
      return;
    }
    followed = both;
    Set<PeerId> keys = new HashSet<>();
    long due = System.nanoTime();
    for (var target : targets) {
      keys.add(target.peer());
      var known = probings.get(target.peer());
      if (known == null || !known.target().equals(target)) {
        probings.put(target.peer(), new Probing(target, due, epochSecond()));
        due += SPACING_NANOS;
      }
    }
    probings.keySet().retainAll(keys);
    pulses.follow(both.watched(), System.nanoTime());
    publish();
  }

  /** The address may not be there yet, or no longer: the next round tries again. */
  private void bind(IpAddress address) {
    try {
      var host = InetAddress.getByAddress(address.toBytes());
      var family =
          host.getAddress().length == 4
              ? StandardProtocolFamily.INET
              : StandardProtocolFamily.INET6;
      var channel = DatagramChannel.open(family);
      try {
        channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
        channel.bind(new InetSocketAddress(host, port));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        channels.put(address, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      LOG.debug("{} can't be bound to yet: {}", address, e.toString());
    }
  }

  private void unbind(IpAddress address) {
    try (var channel = channels.remove(address)) {
      LOG.debug("no longer at {}: {}", address, channel);
    } catch (IOException e) {
      LOG.debug("closing the channel of {}", address, e);
    }
  }

  /** When the next is due. */
  private long probeWhatIsDue() throws IOException {
    long now = System.nanoTime();
    long pause = Math.max(pauseNanos, probings.size() * SPACING_NANOS);
    long next = now + IDLE_NANOS;
    for (var probing : probings.values()) {
      int before = probing.pathMtu();
      unpublished |= probing.timedOut(now, pause, epochSecond());
      if (probing.dueAt() <= now) {
        send(probing, now);
      }
      next = Math.min(next, probing.dueAt());
      tell(probing, before);
    }
    return next;
  }

  private void send(Probing probing, long now) {
    var target = probing.target();
    long nonce = random.nextLong();
    int size = probing.start(nonce, now, epochSecond());
    var buffer = ByteBuffer.allocate(Math.max(ProbeMessage.LENGTH, size - target.headers()));
    ProbeMessage.request(nonce).write(buffer);
    var channel = channels.get(target.own());
    if (channel == null) {
      return; // counts as not answered
    }
    try {
      channel.send(buffer.flip(), socket(target.address()));
    } catch (IOException e) {
      // No route at the moment, or the link's MTU became smaller: counts as not answered.
      LOG.trace("probe to {}: {}", target.name(), e.toString());
    }
  }

  private InetSocketAddress socket(IpAddress address) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // 4 or 16 bytes are always an address
    }
  }

  private void receive(SelectionKey key) {
    if (Pulses.isOne(key)) {
      if (pulses.receive(key)) {
        tellPulse();
      }
      return;
    }
    var channel = (DatagramChannel) key.channel();
    var buffer = ByteBuffer.allocate(65_535);
    try {
      for (var from = channel.receive(buffer); from != null; from = channel.receive(buffer)) {
        int length = buffer.flip().remaining();
        var message = ProbeMessage.read(buffer);
        if (message.isPresent()) {
          handle(channel, (InetSocketAddress) from, message.get(), length);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      LOG.debug("reading a probe", e); // an ICMP error about one that we sent
    }
  }

  private void handle(
      DatagramChannel channel, InetSocketAddress from, ProbeMessage message, int length)
      throws IOException {
    switch (message.kind()) {
      case REQUEST -> {
        var reply = message.reply(length, reach);
        var buffer = ByteBuffer.allocate(reply.length());
        reply.write(buffer);
        channel.send(buffer.flip(), from);
      }
      case REPLY -> answered(IpAddress.ofBytes(from.getAddress().getAddress()), message.nonce());
    }
  }

  private void answered(IpAddress from, long nonce) {
    long now = System.nanoTime();
    long pause = Math.max(pauseNanos, probings.size() * SPACING_NANOS);
    for (var probing : probings.values()) {
      if (probing.target().address().equals(from)) {
        int before = probing.pathMtu();
        if (probing.answered(nonce, now, pause, epochSecond())) {
          unpublished = true;
          tell(probing, before);
        }
      }
    }
  }

  private void tell(Probing probing, int before) {
    if (probing.pathMtu() != before) {
      LOG.info("path MTU to {} is now {}", probing.target().name(), probing.pathMtu());
      publish();
      changed.run();
    }
  }

  private void tellPulse() {
    publish();
    changed.run();
  }

  private void publish() {
    Map<PeerId, Tunnel> found = new HashMap<>();
    for (var target : followed.tunnels()) {
      var probing = probings.get(target.peer());
      if (probing != null) {
        found.put(target.peer(), probing.tunnel(pulses.of(target.peer())));
      }
    }
    probed =
        new Probed(
            found, pulses.answering(), pulses.silentSince(), pulses.reach(), pulses.isSettled());
    Map<IpAddress, Integer> arriving = new HashMap<>();
    for (var exit : followed.exits()) {
      var probing = probings.get(exit.peer());
      if (probing != null) {
        arriving.put(probing.target().address(), probing.pathMtu());
      }
    }
    exits = Map.copyOf(arriving);
    silentExits =
        followed.exits().stream()
            .filter(e -> pulses.of(e.peer()) == Pulse.SILENT)
            .map(Target::name)
            .collect(Collectors.toUnmodifiableSet());
    unpublished = false;
  }

  private static long epochSecond() {
    return Instant.now().getEpochSecond();
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      var ignored = thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      release(); // of one that was never started, too
    }
  }
}
