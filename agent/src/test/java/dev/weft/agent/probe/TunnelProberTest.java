package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.dataplane.ReachVector;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.runtime.thread.Supervision;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Probers that speak over loopback, which has all of 127.0.0.0/8. */
class TunnelProberTest {
  private static final PeerId PEER =
      new PeerId("weft0", new PublicKey("5OlLDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY="));

  @Test
  void aProbeIsAnsweredAndItsRoundTripTold() throws Exception {
    int port = freePort();
    try (var a = new TunnelProber(port, Duration.ofMillis(50), () -> {}, new Supervision());
        var b = new TunnelProber(port, Duration.ofHours(1), () -> {}, new Supervision())) {
      a.follow(List.of(target("127.0.0.2", "127.0.0.3", 1420)), List.of(), List.of());
      b.follow(List.of(target("127.0.0.3", "127.0.0.2", 1420)), List.of(), List.of());
      b.start();
      a.start();
      var tunnel = await(a, t -> t.roundTripNanos() > 0 && t.sent() >= 3);
      assertEquals(1420, tunnel.pathMtu());
    }
  }

  @Test
  void aPathThatCarriesLessIsFoundAndToldOnce() throws Exception {
    int port = freePort();
    var told = new CountDownLatch(1);
    // The far side hears nothing of more than 1000 bytes of payload.
    try (var a = new TunnelProber(port, Duration.ofMillis(50), told::countDown, new Supervision());
        var far = new DeafSocket(port, 1000)) {
      far.start();
      a.follow(List.of(target("127.0.0.4", "127.0.0.5", 1420)), List.of(), List.of());
      a.start();
      assertTrue(told.await(60, TimeUnit.SECONDS), "no change was told");
      var tunnel = await(a, t -> t.pathMtu() > 1020 && t.pathMtu() <= 1028);
      assertTrue(tunnel.isNarrow());
    }
  }

  @Test
  void anAgentThatAnswersIsAPulse() throws Exception {
    int port = freePort();
    try (var a = new TunnelProber(port, Duration.ofHours(1), () -> {}, new Supervision());
        var b = new TunnelProber(port, Duration.ofHours(1), () -> {}, new Supervision())) {
      b.follow(List.of(target("127.0.0.7", "127.0.0.6", 1420)), List.of(), List.of());
      b.start();
      a.follow(List.of(target("127.0.0.6", "127.0.0.7", 1420)), List.of(), List.of());
      a.start();
      assertEquals(Pulse.ANSWERED, await(a, t -> t.pulse() != Pulse.UNKNOWN).pulse());
    }
  }

  @Test
  void aNodeWithoutAnAgentHasAPulseForItsKernelRefuses() throws Exception {
    var told = new CountDownLatch(1);
    try (var a =
        new TunnelProber(freePort(), Duration.ofHours(1), told::countDown, new Supervision())) {
      a.follow(List.of(target("127.0.0.8", "127.0.0.9", 1420)), List.of(), List.of());
      a.start();
      assertEquals(Pulse.ANSWERED, await(a, t -> t.pulse() != Pulse.UNKNOWN).pulse());
      assertTrue(told.await(60, TimeUnit.SECONDS), "it was not told");
    }
  }

  @Test
  void anEndThatSwallowsEverythingIsSilent() throws Exception {
    int port = freePort();
    try (var a = new TunnelProber(port, Duration.ofHours(1), () -> {}, new Supervision());
        var deaf = new DatagramSocket(port, InetAddress.getByName("127.0.0.11"))) {
      a.follow(List.of(target("127.0.0.10", "127.0.0.11", 1420)), List.of(), List.of());
      a.start();
      assertEquals(Pulse.SILENT, await(a, t -> t.pulse() != Pulse.UNKNOWN).pulse());
      assertTrue(deaf.isBound());
    }
  }

  /** A lane: its silence moves packets, and is known without a look at the next tunnel's probe. */
  @Test
  void aGatewayThatFallsSilentIsNoLongerAmongThoseThatAnswer() throws Exception {
    int port = freePort();
    var turned = new Semaphore(0);
    try (var a = new TunnelProber(port, Duration.ofHours(1), turned::release, new Supervision())) {
      a.follow(List.of(), List.of(), List.of(near("127.0.0.12", "127.0.0.13")));
      a.start();
      // Nothing listens there: the kernel answers for the node.
      assertTrue(turned.tryAcquire(60, TimeUnit.SECONDS), "no pulse");
      assertEquals(Set.of("other"), a.probed().answering());
      try (var deaf = new DatagramSocket(port, InetAddress.getByName("127.0.0.13"))) {
        assertTrue(turned.tryAcquire(60, TimeUnit.SECONDS), "no silence");
        assertEquals(Set.of(), a.probed().answering());
        assertTrue(deaf.isBound());
      }
      assertTrue(turned.tryAcquire(60, TimeUnit.SECONDS), "no return");
      assertEquals(Set.of("other"), a.probed().answering());
    }
  }

  /** A gateway of the own location that lives but has lost its uplink is known by its answers. */
  @Test
  void aGatewayNearbySaysWhichLocationsItReaches() throws Exception {
    int port = freePort();
    var turned = new Semaphore(0);
    try (var a = new TunnelProber(port, Duration.ofHours(1), turned::release, new Supervision());
        var b = new TunnelProber(port, Duration.ofHours(1), () -> {}, new Supervision())) {
      b.follow(List.of(), List.of(), List.of(near("127.0.0.15", "127.0.0.14")));
      // It listens on the addresses of tunnels that it probes.
      b.follow(
          List.of(target("127.0.0.15", "127.0.0.14", 1420)),
          List.of(),
          List.of(near("127.0.0.15", "127.0.0.14")));
      b.start();
      a.follow(List.of(), List.of(), List.of(near("127.0.0.14", "127.0.0.15")));
      a.start();
      awaitReach(a, turned, Map.of());
      var all = new ReachVector(77, Set.of(0, 9, 200));
      for (var said : List.of(all, new ReachVector(77, Set.of()), all)) {
        b.reaches(Optional.of(said));
        awaitReach(a, turned, Map.of("other", said));
      }
      // It does not say, or the vector is too long for the question.
      b.reaches(Optional.empty());
      awaitReach(a, turned, Map.of());
      b.reaches(Optional.of(all));
      awaitReach(a, turned, Map.of("other", all));
      b.reaches(Optional.of(new ReachVector(77, Set.of(2000))));
      awaitReach(a, turned, Map.of());
      assertTrue(a.probed().isSettled());
    }
  }

  private static void awaitReach(
      TunnelProber prober, Semaphore turned, Map<String, ReachVector> expected)
      throws InterruptedException {
    while (!prober.probed().reach().equals(expected) || prober.probed().answering().isEmpty()) {
      assertTrue(turned.tryAcquire(60, TimeUnit.SECONDS), () -> "still " + prober.probed());
    }
  }

  private static Target near(String own, String other) {
    return new Target(PEER, "other", ip(own), ip(other), 1420, true, Pace.QUICK, true);
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }

  private static Tunnel await(TunnelProber prober, Predicate<Tunnel> holds)
      throws InterruptedException {
    for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        System.nanoTime() < end; ) {
      var tunnel = prober.probed().tunnels().get(PEER);
      if (tunnel != null && holds.test(tunnel)) {
        return tunnel;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("still " + prober.probed().tunnels());
  }

  private static Target target(String own, String other, int mtu) {
    return new Target(
        PEER, "other", IpAddress.parse(own), IpAddress.parse(other), mtu, true, Pace.CALM, false);
  }

  private static int freePort() throws IOException {
    try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Answers probes up to a length, as a path that lets longer ones vanish would. */
  private static final class DeafSocket implements AutoCloseable {
    private final DatagramSocket socket;
    private final int limit;

    DeafSocket(int port, int limit) throws IOException {
      this.socket = new DatagramSocket(port, InetAddress.getByName("127.0.0.5"));
      this.limit = limit;
    }

    void start() {
      Thread.ofPlatform().daemon().start(this::answer);
    }

    private void answer() {
      var packet = new java.net.DatagramPacket(new byte[2000], 2000);
      try {
        while (true) {
          socket.receive(packet);
          if (packet.getLength() <= limit) {
            var buffer = java.nio.ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
            var request = ProbeMessage.read(buffer).orElseThrow();
            var reply = java.nio.ByteBuffer.allocate(ProbeMessage.LENGTH);
            request.reply(ProbeMessage.LENGTH, Optional.empty()).write(reply);
            socket.send(
                new java.net.DatagramPacket(
                    reply.array(),
                    ProbeMessage.LENGTH,
                    Objects.requireNonNull(packet.getSocketAddress())));
          }
          packet.setLength(2000);
        }
      } catch (IOException e) {
        return; // closed: the test is over
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
