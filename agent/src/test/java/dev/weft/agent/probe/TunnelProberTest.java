package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Probers that speak over loopback, which has all of 127.0.0.0/8. */
class TunnelProberTest {
  private static final PublicKey KEY =
      new PublicKey("5OlLDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=");

  @Test
  void aProbeIsAnsweredAndItsRoundTripTold() throws Exception {
    int port = freePort();
    try (var a = new TunnelProber(port, Duration.ofMillis(50), () -> {});
        var b = new TunnelProber(port, Duration.ofHours(1), () -> {})) {
      a.follow(List.of(target("127.0.0.2", "127.0.0.3", 1420)), List.of());
      b.follow(List.of(target("127.0.0.3", "127.0.0.2", 1420)), List.of());
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
    try (var a = new TunnelProber(port, Duration.ofMillis(50), told::countDown);
        var far = new DeafSocket(port, 1000)) {
      far.start();
      a.follow(List.of(target("127.0.0.4", "127.0.0.5", 1420)), List.of());
      a.start();
      assertTrue(told.await(60, TimeUnit.SECONDS), "no change was told");
      var tunnel = await(a, t -> t.pathMtu() > 1020 && t.pathMtu() <= 1028);
      assertTrue(tunnel.isNarrow());
    }
  }

  @Test
  void anAgentThatAnswersIsAPulse() throws Exception {
    int port = freePort();
    try (var a = new TunnelProber(port, Duration.ofHours(1), () -> {});
        var b = new TunnelProber(port, Duration.ofHours(1), () -> {})) {
      b.follow(List.of(target("127.0.0.7", "127.0.0.6", 1420)), List.of());
      b.start();
      a.follow(List.of(target("127.0.0.6", "127.0.0.7", 1420)), List.of());
      a.start();
      assertEquals(Pulse.ANSWERED, await(a, t -> t.pulse() != Pulse.UNKNOWN).pulse());
    }
  }

  @Test
  void aNodeWithoutAnAgentHasAPulseForItsKernelRefuses() throws Exception {
    var told = new CountDownLatch(1);
    try (var a = new TunnelProber(freePort(), Duration.ofHours(1), told::countDown)) {
      a.follow(List.of(target("127.0.0.8", "127.0.0.9", 1420)), List.of());
      a.start();
      assertEquals(Pulse.ANSWERED, await(a, t -> t.pulse() != Pulse.UNKNOWN).pulse());
      assertTrue(told.await(60, TimeUnit.SECONDS), "it was not told");
    }
  }

  @Test
  void anEndThatSwallowsEverythingIsSilent() throws Exception {
    int port = freePort();
    try (var a = new TunnelProber(port, Duration.ofHours(1), () -> {});
        var deaf = new DatagramSocket(port, InetAddress.getByName("127.0.0.11"))) {
      a.follow(List.of(target("127.0.0.10", "127.0.0.11", 1420)), List.of());
      a.start();
      assertEquals(Pulse.SILENT, await(a, t -> t.pulse() != Pulse.UNKNOWN).pulse());
      assertTrue(deaf.isBound());
    }
  }

  private static Tunnel await(TunnelProber prober, Predicate<Tunnel> holds)
      throws InterruptedException {
    for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        System.nanoTime() < end; ) {
      var tunnel = prober.tunnels().get(KEY);
      if (tunnel != null && holds.test(tunnel)) {
        return tunnel;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("still " + prober.tunnels());
  }

  private static Target target(String own, String other, int mtu) {
    return new Target(KEY, "other", IpAddress.parse(own), IpAddress.parse(other), mtu, true);
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
            new ProbeMessage(ProbeMessage.Kind.REPLY, request.nonce()).write(reply);
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
