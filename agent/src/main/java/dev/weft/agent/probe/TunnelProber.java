package dev.weft.agent.probe;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends probes through the tunnels, answers those of others, and says what it found. It listens on
 * the node's mesh addresses alone, which nobody outside of the mesh reaches. Probes bear DF, and
 * the routes to the probed addresses keep the device's MTU, so that what is too large for the path
 * is lost there and not refused here.
 */
public final class TunnelProber implements AutoCloseable {
  /** UDP port on the mesh addresses. */
  public static final int PORT = 51818;

  private static final Logger LOG = LoggerFactory.getLogger(TunnelProber.class);

  /** Between the probes of all tunnels of a node: a thousand of them make 40 packets a second. */
  private static final long SPACING_NANOS = Duration.ofMillis(25).toNanos();

  private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();

  private record Wanted(List<Target> tunnels, List<Target> exits) {
    static final Wanted NOTHING = new Wanted(List.of(), List.of());

    /** Whose pulse is felt, each once. */
    List<Target> watched() {
      var watched = new ArrayList<>(tunnels.stream().filter(Target::isWatched).toList());
      exits.stream()
          .filter(e -> watched.stream().noneMatch(w -> w.peer().equals(e.peer())))
          .toList()
          .forEach(watched::add);
      return watched;
    }

    /** To what size packets arrive is asked of, each once; an exit may be no neighbour. */
    List<Target> probed() {
      var probed = new ArrayList<>(tunnels);
      exits.stream()
          .filter(e -> tunnels.stream().noneMatch(t -> t.peer().equals(e.peer())))
          .forEach(probed::add);
      return probed;
    }
  }

  private final int port;
  private final long pauseNanos;
  private final Runnable changed;
  private final Selector selector;
  private final Thread thread;
  private final SecureRandom random = new SecureRandom();
  private volatile Wanted wanted = Wanted.NOTHING;
  private final Map<PublicKey, Probing> probings = new HashMap<>();
  private final Map<IpAddress, DatagramChannel> channels = new HashMap<>();
  private final Pulses pulses;
  private volatile Map<PublicKey, Tunnel> tunnels = Map.of();
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
   * @throws IOException if the selector can't be had
   */
  public TunnelProber(int port, Duration pause, Runnable changed) throws IOException {
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
   */
  public void follow(List<Target> tunnels, List<Target> exits) {
    var now = new Wanted(List.copyOf(tunnels), List.copyOf(exits));
    if (!now.equals(wanted)) {
      wanted = now;
      selector.wakeup();
    }
  }

  /** Names of the exits that do not answer; any thread. */
  public Set<String> silentExits() {
    return silentExits;
  }

  /** Bytes of a packet that arrives at an exit, by mesh address; any thread. */
  public Map<IpAddress, Integer> exits() {
    return exits;
  }

  /** What was found, by peer; any thread. */
  public Map<PublicKey, Tunnel> tunnels() {
    return tunnels;
  }

  private void run() {
    while (!closed) {
      try {
        adopt();
        long next = Math.min(probeWhatIsDue(), pulses.next());
        if (pulses.send(System.nanoTime())) {
          tellPulse();
        }
        if (unpublished) {
          publish();
        }
        long millis = Math.clamp((next - System.nanoTime()) / 1_000_000 + 1, 1, 1000);
        selector.select(this::receive, millis);
      } catch (IOException | RuntimeException e) {
        LOG.warn("probing goes on after: {}", e.toString());
        pause();
      }
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
    Set<PublicKey> keys = new HashSet<>();
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
    new ProbeMessage(ProbeMessage.Kind.REQUEST, nonce).write(buffer);
    var channel = channels.get(target.own());
    if (channel == null) {
      return; // not answered, then
    }
    try {
      channel.send(buffer.flip(), socket(target.address()));
    } catch (IOException e) {
      // No route just now, or the link got narrower than we know: not answered, then.
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
        var message = ProbeMessage.read(buffer.flip());
        if (message.isPresent()) {
          handle(channel, (InetSocketAddress) from, message.get());
        }
        buffer.clear();
      }
    } catch (IOException e) {
      LOG.debug("reading a probe", e); // an ICMP error about one that we sent
    }
  }

  private void handle(DatagramChannel channel, InetSocketAddress from, ProbeMessage message)
      throws IOException {
    switch (message.kind()) {
      case REQUEST -> {
        var buffer = ByteBuffer.allocate(ProbeMessage.LENGTH);
        new ProbeMessage(ProbeMessage.Kind.REPLY, message.nonce()).write(buffer);
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
      LOG.info("the way to {} carries {} bytes", probing.target().name(), probing.pathMtu());
      publish();
      changed.run();
    }
  }

  private void tellPulse() {
    publish();
    changed.run();
  }

  private void publish() {
    Map<PublicKey, Tunnel> found = new HashMap<>();
    for (var target : followed.tunnels()) {
      var probing = probings.get(target.peer());
      if (probing != null) {
        found.put(target.peer(), probing.tunnel(pulses.of(target.peer())));
      }
    }
    tunnels = Map.copyOf(found);
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
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    thread.interrupt();
    pulses.close();
    for (var channel : List.copyOf(channels.values())) {
      channel.close();
    }
    selector.close();
  }
}
