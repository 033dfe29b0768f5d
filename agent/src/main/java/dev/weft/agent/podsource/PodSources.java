package dev.weft.agent.podsource;

import dev.weft.agent.cni.Conflist;
import dev.weft.agent.nativelib.LibNftables;
import dev.weft.agent.nftables.Nftables;
import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the table {@link PodSourceTable} as the results of the container runtime want it, on a
 * thread of its own: a pod's port is bound some milliseconds after its ADD, whatever a pass does
 * meanwhile. A port without a result is not bound, so that no pod is cut off where a runtime keeps
 * no results; such ports are counted.
 */
public final class PodSources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodSources.class);
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Duration WITHOUT_EVENTS = Duration.ofSeconds(1);

  /** What an ADD takes at most, on a busy node. */
  private static final Duration ATTACHING = Duration.ofSeconds(30);

  private static final String LIST = "list chain " + PodSourceTable.NAME + " prerouting\n";

  private final Path folder;
  private final CniResults results;
  private final Path bridgePorts;
  private final Nftables nftables;
  private final Rounds rounds;
  private final Thread thread;
  private List<PodPort> bound = List.of();
  private final Map<String, Long> withoutResult = new HashMap<>();
  private boolean refused;
  private volatile int unbound;
  private volatile boolean closed;

  /**
   * Starts.
   *
   * @param folder where the container runtime keeps the results of CNI ADD
   */
  public PodSources(Path folder, LibNftables library, Supervision supervision) {
    this(folder, Path.of("/sys/class/net", Conflist.BRIDGE, "brif"), library, supervision);
  }

  PodSources(Path folder, Path bridgePorts, LibNftables library, Supervision supervision) {
    this.folder = folder;
    this.results = new CniResults(folder);
    this.bridgePorts = bridgePorts;
    this.nftables = new Nftables(library);
    this.rounds = supervision.watch("pod-sources", AGAIN.multipliedBy(6));
    this.thread = Thread.ofPlatform().daemon().name("pod-sources").start(this::keep);
  }

  /** How many ports of the bridge are bound to no address. */
  public int unbound() {
    return unbound;
  }

  /** Removes the table; returns whether it was there. */
  public static boolean remove(LibNftables library) throws IOException {
    try (var nftables = new Nftables(library)) {
      if (!isThere(nftables)) {
        return false; // a kernel without nf_tables for bridges refuses to remove it, too
      }
      nftables.run("nft delete table " + PodSourceTable.NAME, PodSourceTable.remove());
      return true;
    }
  }

  private static boolean isThere(Nftables nftables) {
    try {
      nftables.run("nft " + LIST.strip(), LIST);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void keep() {
    while (!closed) {
      try (var service = folder.getFileSystem().newWatchService()) {
        follow(service);
      } catch (InterruptedException e) {
        closed = true;
      } catch (IOException e) {
        // The node has no inotify instance left (fs.inotify.max_user_instances).
        round(true);
        pause();
      } catch (RuntimeException | Error e) {
        rounds.failed(e);
        pause();
      }
    }
    rounds.ended();
  }

  private void pause() {
    try {
      Thread.sleep(WITHOUT_EVENTS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void follow(WatchService service) throws IOException, InterruptedException {
    @Nullable WatchKey key = null;
    boolean news = true;
    while (!closed) {
      if ((key == null || !key.isValid()) && Files.isDirectory(folder)) {
        key =
            folder.register(
                service,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
      }
      round(news);
      var event = service.poll(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      news = event != null;
      if (event != null) {
        event.pollEvents();
        event.reset();
      }
    }
  }

  private void round(boolean news) {
    try {
      apply(news);
      rounds.done();
    } catch (IOException | RuntimeException | Error e) {
      rounds.failed(e);
    }
  }

  /** Reads results only where there may be others: at rest only the table is looked for. */
  private void apply(boolean news) throws IOException {
    var attached = attached();
    var links = bound.stream().map(PodPort::link).collect(Collectors.toSet());
    var ports = news || !attached.equals(links) ? results.ports(attached) : bound;
    boolean same = ports.equals(bound);
    if (ports.isEmpty() ? !same : !same || !isThere(nftables)) {
      write(ports);
    }
    count(attached);
  }

  private void write(List<PodPort> ports) {
    try {
      nftables.run(
          "nft replace table " + PodSourceTable.NAME,
          ports.isEmpty() ? PodSourceTable.remove() : PodSourceTable.replace(ports));
      bound = ports;
      refused = false;
    } catch (IOException e) {
      bound = List.of();
      if (!refused) {
        LOG.warn(
            "pods of this node can send under each other's addresses: {}; the kernel needs"
                + " CONFIG_NF_TABLES_BRIDGE",
            e.getMessage());
      }
      refused = true;
    }
  }

  private void count(Set<String> attached) {
    long now = System.nanoTime();
    var links = bound.stream().map(PodPort::link).collect(Collectors.toSet());
    withoutResult.keySet().retainAll(attached);
    withoutResult.keySet().removeAll(links);
    attached.stream()
        .filter(link -> !links.contains(link))
        .forEach(link -> withoutResult.putIfAbsent(link, now));
    // A pod that is just being attached has no result yet.
    int lasting =
        (int) withoutResult.values().stream().filter(t -> now - t > ATTACHING.toNanos()).count();
    if (lasting > 0 && unbound == 0 && !refused) {
      LOG.warn(
          "{} ports of {} have no CNI result in {}: their pods can send under addresses of others"
              + " on this node; --cni-result-dir names where the container runtime keeps them",
          lasting,
          Conflist.BRIDGE,
          folder);
    }
    unbound = refused ? attached.size() : lasting;
  }

  private Set<String> attached() throws IOException {
    try (var links = Files.list(bridgePorts)) {
      return links.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
    } catch (NoSuchFileException e) {
      return Set.of();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      nftables.close();
    }
  }
}
