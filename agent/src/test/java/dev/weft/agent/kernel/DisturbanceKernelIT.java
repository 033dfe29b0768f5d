package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.nativelib.NativeException;
import dev.weft.agent.netlink.KernelRefusal;
import dev.weft.agent.netlink.MulticastSocket;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.rtnetlink.RtNetlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel whose objects change while we read, and that has more to tell than we can hear. */
class DisturbanceKernelIT {
  private static final int ROUTES = 30_000;

  @TempDir Path directory;

  @BeforeEach
  void addLink() {
    Shell.run("ip link add pa type veth peer name pb && ip link set pa up && ip link set pb up");
  }

  @AfterEach
  void removeLink() {
    Shell.run("ip link del pa");
  }

  private void flood() throws IOException {
    var batch = directory.resolve("batch");
    Files.writeString(
        batch,
        IntStream.range(0, ROUTES)
            .mapToObj(i -> "route add 11.%d.%d.0/24 dev pa table 99".formatted(i >> 8, i & 255))
            .collect(Collectors.joining("\n", "", "\n")));
    Shell.run("ip -batch " + batch);
  }

  @Test
  void lostNotificationsAreAnErrorOfTheirOwn() throws IOException {
    try (var socket = MulticastSocket.open(Netlink.NETLINK_ROUTE, RtNetlink.RTNLGRP_IPV4_ROUTE)) {
      flood();
      var e =
          assertThrows(
              NativeException.class,
              () -> {
                for (int i = 0; i < 2 * ROUTES; i++) {
                  var ignored = socket.receive(messages -> messages.size());
                }
              });
      assertEquals(Errno.ENOBUFS, e.errno());
    }
  }

  /** What was lost can't be known, so the listener is told to look at everything again. */
  @Test
  void listenerThatWasTooSlowHearsOfTheOverrun() throws Exception {
    Queue<String> reasons = new ConcurrentLinkedQueue<>();
    var resumed = new CountDownLatch(1);
    var overrun = new CountDownLatch(1);
    var events =
        NetlinkEvents.start(
            reason -> {
              reasons.add(reason);
              if (reason.equals("overrun")) {
                overrun.countDown();
              }
              awaitQuietly(resumed);
            },
            () ->
                new Ownership(
                    87,
                    0x5700_0000L,
                    List.of(99),
                    7000,
                    List.of(new OwnedDevice("weft0", 0x1000))));
    try {
      flood();
      resumed.countDown();
      assertTrue(overrun.await(60, TimeUnit.SECONDS), reasons::toString);
    } finally {
      events.close();
    }
  }

  /** An Error of ours, or a listener that throws, must not make the agent deaf. */
  @Test
  void aThreadThatFailedHearsTheNextEvent() throws Exception {
    var failed = new CountDownLatch(1);
    var thrown = new CountDownLatch(1);
    var heard = new CountDownLatch(1);
    var own =
        new Ownership(
            87, 0x5700_0000L, List.of(99), 7000, List.of(new OwnedDevice("weft0", 0x1000)));
    var events =
        NetlinkEvents.start(
            reason -> {
              if (reason.startsWith("failure")) {
                failed.countDown();
              } else if (thrown.getCount() > 0) {
                thrown.countDown();
                throw new StackOverflowError("a listener's");
              } else {
                heard.countDown();
              }
            },
            () -> {
              if (failed.getCount() > 0) {
                throw new StackOverflowError("an Error of ours");
              }
              return own;
            });
    try {
      for (var latch : List.of(failed, thrown, heard)) {
        for (int i = 0; i < 60 && latch.getCount() > 0; i++) {
          Shell.run("ip route replace 10.99.0.0/24 dev pa table 99 metric " + (100 + i));
          var ignored = latch.await(1, TimeUnit.SECONDS);
        }
        assertEquals(0, latch.getCount());
      }
    } finally {
      events.close();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Each dump is whole, or there is an error that says it couldn't be had. */
  @Test
  void dumpsAreWholeWhileNextHopsComeAndGo() throws Exception {
    Shell.run(
        "for i in $(seq 1 3000); do echo nexthop add id $((1459617792 + i)) dev pa protocol 87; done"
            + " > "
            + directory
            + "/hops && ip -batch "
            + directory
            + "/hops");
    var churn =
        new ProcessBuilder(
                "sh",
                "-c",
                "while :; do ip nexthop add id 9 dev pa; ip nexthop del id 9; sleep 0.01; done")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int whole = 0;
    int refused = 0;
    try (var route = NetlinkSocket.open(Netlink.NETLINK_ROUTE)) {
      var reader = new RouteReader(route);
      for (int i = 0; i < 200; i++) {
        try {
          assertEquals(3000, reader.nextHops(Ownership.defaults()).size());
          whole++;
        } catch (IOException e) {
          assertTrue(e.toString().contains("disturbed in each of 8 attempts"), e::toString);
          refused++;
        }
      }
    } finally {
      churn.destroy();
      churn.waitFor();
    }
    assertTrue(whole > 0, "all %d dumps were disturbed".formatted(refused));
  }

  @Test
  void refusalNamesTheAttributeThatIsWrong() throws IOException {
    try (var route = NetlinkSocket.open(Netlink.NETLINK_ROUTE)) {
      var request =
          new PayloadBuilder()
              .u32(2) // AF_INET
              .u32(0)
              .u32(0)
              .attributeU16(RtNetlink.RTA_TABLE, 7050)
              .request(RtNetlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE);
      var e =
          assertThrows(
              KernelRefusal.class, () -> route.execute("RTM_NEWROUTE 10.2.0.0/16", request));
      assertEquals(
          "RTM_NEWROUTE 10.2.0.0/16: ERANGE: Attribute failed policy validation"
              + " (attribute at byte 28 of the request)",
          e.getMessage());
    }
  }
}
