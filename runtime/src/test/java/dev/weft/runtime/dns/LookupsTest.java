package dev.weft.runtime.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.runtime.thread.Supervision;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookupsTest {
  private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final Lookups.Listener listener =
      new Lookups.Listener() {
        @Override
        public void found(String name, List<InetAddress> addresses) {
          ended.add(name + " " + addresses.size());
        }

        @Override
        public void missing(String name) {
          ended.add(name + " none");
        }
      };

  private String next() throws InterruptedException {
    return String.valueOf(ended.poll(60, TimeUnit.SECONDS));
  }

  private static List<InetAddress> one() {
    return List.of(InetAddress.getLoopbackAddress());
  }

  @Test
  void tellsWhatBecameOfAName() throws InterruptedException {
    try (var lookups =
        new Lookups(
            name -> {
              if (name.equals("unknown")) {
                throw new UnknownHostException(name);
              }
              if (name.equals("defect")) {
                throw new IllegalStateException("a defect");
              }
              return one();
            },
            listener,
            new Supervision())) {
      for (var name : List.of("good", "unknown", "defect", "good")) {
        lookups.request(name);
        assertEquals(name.equals("good") ? "good 1" : name + " none", next());
      }
    }
  }

  @Test
  void aHundredNamesThatHangTakeHalfOfTheThreadsAndDelayNoOther() throws InterruptedException {
    var gate = new Semaphore(0);
    var hanging = new AtomicInteger();
    var most = new AtomicInteger();
    Set<String> slowOnes = ConcurrentHashMap.newKeySet();
    try (var lookups =
        new Lookups(
            name -> {
              if (name.startsWith("hangs")) {
                boolean first = slowOnes.add(name);
                most.accumulateAndGet(hanging.incrementAndGet(), Math::max);
                try {
                  if (first) {
                    Thread.sleep(2_100); // long enough to be known as slow
                  } else {
                    gate.acquire();
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  hanging.decrementAndGet();
                }
                throw new UnknownHostException(name);
              }
              return one();
            },
            listener,
            new Supervision())) {
      for (int i = 0; i < Lookups.THREADS; i++) {
        lookups.request("hangs-" + i);
      }
      for (int i = 0; i < Lookups.THREADS; i++) {
        next();
      }
      assertEquals(Lookups.MOST_DOUBTFUL, most.get());
      most.set(0);
      for (int i = 0; i < Lookups.THREADS; i++) {
        lookups.request("hangs-" + i);
      }
      var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (hanging.get() < Lookups.THREADS / 2) {
        assertTrue(System.nanoTime() < deadline, () -> "only " + hanging + " of the slow names");
        Thread.onSpinWait();
      }
      for (int i = 0; i < 100; i++) {
        lookups.request("good-" + i);
      }
      for (int i = 0; i < 100; i++) {
        assertTrue(next().startsWith("good-"));
      }
      assertEquals(Lookups.THREADS / 2, most.get());
      gate.release(100);
    }
  }

  /** Whoever may write Peers can write as many names as are looked up at all, each of them new. */
  @Test
  void newNamesThatHangDelayNoneThatIsKnownToBeQuick() throws InterruptedException {
    var hanging = new AtomicInteger();
    var release = new CountDownLatch(1);
    try (var lookups =
        new Lookups(
            name -> {
              if (name.startsWith("hangs")) {
                hanging.incrementAndGet();
                try {
                  release.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                throw new UnknownHostException(name);
              }
              return one();
            },
            listener,
            new Supervision())) {
      for (int i = 0; i < 100; i++) {
        lookups.request("good-" + i);
      }
      for (int i = 0; i < 100; i++) {
        next();
      }
      for (int i = 0; i < 500; i++) {
        lookups.request("hangs-" + i);
      }
      for (int i = 0; i < 100; i++) {
        lookups.request("good-" + i);
      }
      for (int i = 0; i < 100; i++) {
        assertTrue(next().startsWith("good-"));
      }
      assertEquals(Lookups.MOST_DOUBTFUL, hanging.get());
      release.countDown();
    }
  }

  /** A resolver of which names that begin with "hangs" wait for a permit each. */
  private static List<InetAddress> gated(String name, Semaphore gate) throws UnknownHostException {
    if (name.startsWith("hangs")) {
      try {
        gate.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new UnknownHostException(name);
    }
    return one();
  }

  @Test
  void aNewNameWaitsForNoneOfAnotherZoneThatHangs() throws InterruptedException {
    var gate = new Semaphore(0);
    try (var lookups = new Lookups(name -> gated(name, gate), listener, new Supervision())) {
      for (int i = 0; i < 500; i++) {
        lookups.request("hangs-" + i + ".silent.example");
      }
      lookups.request("vpn.good.test");
      assertEquals("vpn.good.test 1", next());
      gate.release(500);
    }
  }

  @Test
  void aNewNameGoesBeforeThoseThatWaitedBehindHangingOnes() throws InterruptedException {
    var gate = new Semaphore(0);
    try (var lookups = new Lookups(name -> gated(name, gate), listener, new Supervision())) {
      for (int i = 0; i < 500; i++) {
        lookups.request("hangs.zone" + i);
      }
      lookups.request("vpn.good.test");
      // The thread of one of those that hang is free at last, then that of another.
      gate.release(2);
      var ended = List.of(next(), next(), next());
      assertTrue(ended.contains("vpn.good.test 1"), ended.toString());
      gate.release(500);
    }
  }

  @Test
  void theOldestIsServedHoweverManyNewOnesCome() throws InterruptedException {
    var gate = new Semaphore(0);
    try (var lookups = new Lookups(name -> gated(name, gate), listener, new Supervision())) {
      for (int i = 0; i < Lookups.MOST_DOUBTFUL; i++) {
        lookups.request("hangs.zone" + i);
      }
      lookups.request("vpn.good.test");
      for (int i = 0; i < 500; i++) {
        lookups.request("hangs.new" + i);
      }
      gate.release(2);
      var ended = List.of(next(), next(), next());
      assertTrue(ended.contains("vpn.good.test 1"), ended.toString());
      gate.release(600);
    }
  }

  @Test
  void aNameThatIsAskedForTwiceIsLookedUpOnce() throws InterruptedException {
    var count = new AtomicInteger();
    var release = new CountDownLatch(1);
    try (var lookups =
        new Lookups(
            name -> {
              count.incrementAndGet();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return one();
            },
            listener,
            new Supervision())) {
      for (int i = 0; i < 50; i++) {
        lookups.request("same");
      }
      release.countDown();
      assertEquals("same 1", next());
      assertEquals(1, count.get());
    }
  }

  @Test
  void threadsThatNeverComeBackAreAStallAndOneThatComesBackEndsIt() throws InterruptedException {
    var now = new AtomicLong();
    var supervision = new Supervision(now::get);
    var gate = new Semaphore(0);
    try (var lookups = new Lookups(name -> gated(name, gate), listener, supervision)) {
      now.set(TimeUnit.HOURS.toNanos(1));
      assertEquals(List.of(), supervision.stalled(), "nothing is looked up");
      lookups.request("hangs-1");
      lookups.request("hangs-2");
      now.addAndGet(Lookups.PATIENCE.toNanos());
      assertEquals(List.of(), supervision.stalled());
      now.addAndGet(1);
      assertEquals(List.of(Lookups.NAME), supervision.stalled());
      gate.release();
      next();
      assertEquals(List.of(), supervision.stalled());
      now.addAndGet(Lookups.PATIENCE.toNanos() + 1);
      assertEquals(List.of(Lookups.NAME), supervision.stalled(), "the other never came back");
      gate.release();
      next();
      now.addAndGet(Lookups.PATIENCE.toNanos() + 1);
      assertEquals(List.of(), supervision.stalled(), "nothing is looked up any more");
    }
  }

  @Test
  void aDefectIsCountedAndTheNameIsLookedUpAgain() throws InterruptedException {
    var supervision = new Supervision();
    var calls = new AtomicInteger();
    try (var lookups =
        new Lookups(
            name -> {
              if (calls.incrementAndGet() == 1) {
                throw new StackOverflowError();
              }
              return one();
            },
            listener,
            supervision)) {
      lookups.request("defect");
      assertEquals("defect none", next());
      assertEquals(Map.of(Lookups.NAME, 1L), supervision.failures());
      lookups.request("defect");
      assertEquals("defect 1", next());
      assertEquals(List.of(), supervision.troubled());
    }
  }
}
