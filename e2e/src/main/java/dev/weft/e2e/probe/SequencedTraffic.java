package dev.weft.e2e.probe;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Numbered UDP packets at a steady rate, in each direction between pairs of pods: one socket per
 * direction, and a count per number, so that loss is exact.
 */
public final class SequencedTraffic implements AutoCloseable {
  /** Where each flow's receiver listens; flows to one pod take the next ones. */
  private static final int FIRST_PORT = 20_000;

  private static final Duration TAIL = Duration.ofSeconds(1);
  private static final int BYTES = 64;

  /** How many packets a delayed sender may send at once. */
  private static final int BURST = 10;

  private final List<CompletableFuture<Loss>> flows = new ArrayList<>();
  private volatile boolean ended;

  private SequencedTraffic() {}

  /** A direction. */
  public record Direction(Endpoint from, Endpoint to) {}

  /**
   * Starts sending, and returns once every receiver listens.
   *
   * @param perSecond packets a second, per direction
   * @param count packets per direction, at most
   */
  public static SequencedTraffic start(List<Direction> directions, int perSecond, int count) {
    var traffic = new SequencedTraffic();
    var listening = new CountDownLatch(directions.size());
    for (int i = 0; i < directions.size(); i++) {
      traffic.flow(directions.get(i), FIRST_PORT + i, perSecond, count, listening);
    }
    try {
      listening.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return traffic;
  }

  /** Every ordered pair of these pods. */
  public static List<Direction> betweenAll(List<Endpoint> pods) {
    return pods.stream()
        .flatMap(
            from -> pods.stream().filter(to -> !to.equals(from)).map(to -> new Direction(from, to)))
        .toList();
  }

  /** Sends no more, so that what is lost is counted of what was sent until now. */
  public void end() {
    ended = true;
  }

  /** Whether any flow has sent all that it was to send. */
  public boolean isOver() {
    return flows.stream().anyMatch(CompletableFuture::isDone);
  }

  /** Waits until all is sent and what was on the way has come. */
  public List<Loss> join() {
    return flows.stream().map(CompletableFuture::join).toList();
  }

  @Override
  public void close() {
    join();
  }

  private void flow(
      Direction direction, int port, int perSecond, int count, CountDownLatch listening) {
    var name = direction.from().name() + " → " + direction.to().name();
    var seen = new AtomicIntegerArray(count);
    var sent =
        direction
            .from()
            .namespace()
            .start(
                "send " + name,
                () -> {
                  listening.await();
                  return send(
                      new InetSocketAddress(direction.to().address(), port), perSecond, count);
                });
    var received =
        direction
            .to()
            .namespace()
            .start("receive " + name, () -> receive(port, seen, sent, listening));
    flows.add(sent.thenCombine(received, (number, _) -> loss(name, number, seen)));
  }

  /**
   * Sends on time. A thread that was kept waiting catches up a little and takes longer otherwise: a
   * burst would overflow the receive buffer of a userspace WireGuard, which is no loss of the mesh.
   */
  private int send(InetSocketAddress to, int perSecond, int count) throws IOException {
    try (var channel = DatagramChannel.open()) {
      channel.connect(to);
      var packet = ByteBuffer.allocate(BYTES);
      long gap = 1_000_000_000L / perSecond;
      long next = System.nanoTime();
      for (int i = 0; i < count; i++) {
        if (ended) {
          return i;
        }
        packet.clear().putInt(0, i);
        try {
          channel.write(packet);
        } catch (IOException e) {
          // Refused or unreachable just then: the packet counts as lost.
        }
        next = Math.max(next + gap, System.nanoTime() - BURST * gap);
        long ahead = next - System.nanoTime();
        if (ahead > 0) {
          LockSupport.parkNanos(ahead);
        }
      }
      return count;
    }
  }

  /** Receives until nothing has come for a while after the last was sent. */
  private static int receive(
      int port, AtomicIntegerArray seen, CompletableFuture<?> sent, CountDownLatch listening)
      throws IOException {
    try (var channel = DatagramChannel.open()) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
      channel.bind(new InetSocketAddress(port));
      listening.countDown();
      var socket = channel.socket();
      socket.setSoTimeout((int) TAIL.toMillis());
      var packet = new DatagramPacket(new byte[BYTES], BYTES);
      while (true) {
        boolean allSent = sent.isDone();
        try {
          socket.receive(packet);
          int number = ByteBuffer.wrap(packet.getData()).getInt(0);
          if (number >= 0 && number < seen.length()) {
            seen.incrementAndGet(number);
          }
        } catch (SocketTimeoutException e) {
          if (allSent) {
            return 0;
          }
        }
      }
    }
  }

  private static Loss loss(String name, int sent, AtomicIntegerArray seen) {
    int lost = 0;
    int duplicated = 0;
    int run = 0;
    int longest = 0;
    int first = -1;
    for (int i = 0; i < sent; i++) {
      if (seen.get(i) == 0) {
        lost++;
        run++;
        longest = Math.max(longest, run);
        first = first < 0 ? i : first;
      } else {
        run = 0;
        duplicated += seen.get(i) > 1 ? 1 : 0;
      }
    }
    return new Loss(name, sent, lost, duplicated, longest, first);
  }
}
