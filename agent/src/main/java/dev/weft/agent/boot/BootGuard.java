package dev.weft.agent.boot;

import dev.weft.agent.file.AtomicFile;
import dev.weft.agent.nativelib.LibNftables;
import dev.weft.agent.nftables.Nftables;
import dev.weft.mesh.desired.BootFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the file from which a unit of systemd loads the packet filter of the time between the
 * node's boot and the agent's first pass, and removes that filter from the kernel once the node is
 * programmed. A marker in memory says that it is: the unit loads nothing then.
 */
public final class BootGuard {
  private static final Logger LOG = LoggerFactory.getLogger(BootGuard.class);

  /** Below the state directory. */
  public static final String FILE = "boot-filter.nft";

  /** Below the run directory, which a boot empties. */
  public static final String MARKER = "programmed";

  /**
   * Passes with a change that the kernel refuses, after which traffic is let through again, if they
   * took {@link #LEAST_PATIENCE}: at boot, passes follow each other fast, and links are still
   * coming up.
   */
  private static final int PATIENCE = 3;

  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(60);

  private final Path file;
  private final Path marker;
  private final Optional<LibNftables> library;
  private final LongSupplier nanoTime;
  private Optional<BootFilter> written = Optional.empty();
  private int refusedPasses;
  private long refusedSince;
  private boolean lifted;
  private boolean withdrawn;
  private String trouble = "";

  /** A guard; the library is empty where the node has no nftables, and so no such filter. */
  public BootGuard(Path stateDirectory, Path runDirectory, Optional<LibNftables> library) {
    this(stateDirectory, runDirectory, library, System::nanoTime);
  }

  BootGuard(
      Path stateDirectory,
      Path runDirectory,
      Optional<LibNftables> library,
      LongSupplier nanoTime) {
    this.file = stateDirectory.resolve(FILE);
    this.marker = runDirectory.resolve(MARKER);
    this.library = library;
    this.nanoTime = nanoTime;
  }

  /** After a pass that programmed the node, or tried to. */
  public void programmed(BootFilter filter, boolean clean) {
    if (!clean && refusedPasses == 0) {
      refusedSince = nanoTime.getAsLong();
    }
    refusedPasses = clean ? 0 : refusedPasses + 1;
    withdrawn = false;
    attempt(
        () -> {
          if (clean || isPatienceOver()) {
            lift();
          }
        },
        () -> keep(filter));
  }

  private boolean isPatienceOver() {
    return refusedPasses >= PATIENCE
        && nanoTime.getAsLong() - refusedSince >= LEAST_PATIENCE.toNanos();
  }

  private void keep(BootFilter filter) throws IOException {
    if (!written.equals(Optional.of(filter)) || !Files.exists(file)) {
      write(filter);
      written = Optional.of(filter);
    }
  }

  /** Without a link the file stays as it is: a node that shuts down loses its links first. */
  private void write(BootFilter filter) throws IOException {
    var text = BootFilterText.of(filter).getBytes(StandardCharsets.UTF_8);
    if (filter.equals(BootFilter.NONE)) {
      Files.deleteIfExists(file);
    } else if (text.length > 0 && !(Files.exists(file) && holds(text))) {
      AtomicFile.write(file, text, AtomicFile.OWNER_ONLY);
    }
  }

  private boolean holds(byte[] text) throws IOException {
    return Arrays.equals(Files.readAllBytes(file), text);
  }

  /** The node is in no mesh: nothing is held back, and nothing will be after the next boot. */
  public void withdraw() {
    if (!withdrawn) {
      attempt(this::remove);
    }
  }

  /** Removes the filter from the kernel, and sets the marker, so that it is not loaded again. */
  public void lift() throws IOException {
    if (lifted) {
      return;
    }
    removeTable(); // first: a marker that can't be written must not keep the node closed
    Files.createDirectories(marker.getParent());
    AtomicFile.write(marker, new byte[0], AtomicFile.READABLE);
    lifted = true;
  }

  private void removeTable() throws IOException {
    if (library.isEmpty()) {
      return;
    }
    try (var nftables = new Nftables(library.get())) {
      try {
        nftables.run("nft delete table " + BootFilterText.TABLE, BootFilterText.REMOVE);
      } catch (IOException e) {
        // A kernel without nf_tables refuses this, too, and has no such filter.
        if (isThere(nftables)) {
          throw e;
        }
      }
    }
  }

  private static boolean isThere(Nftables nftables) {
    try {
      nftables.run("nft list table", "list table " + BootFilterText.TABLE + "\n");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes the filter, its file and the marker; returns a line for each that was there. */
  public List<String> remove() throws IOException {
    var lines = new ArrayList<String>();
    removeTable();
    if (Files.deleteIfExists(file)) {
      lines.add("removed " + file);
    }
    written = Optional.empty();
    Files.deleteIfExists(marker);
    lifted = false;
    withdrawn = true;
    return lines;
  }

  private interface Step {
    void run() throws IOException;
  }

  /** What fails is tried again at the next pass; the log says it once. */
  private void attempt(Step... steps) {
    var failures = new ArrayList<String>();
    for (var step : steps) {
      try {
        step.run();
      } catch (IOException e) {
        failures.add(e.toString());
      }
    }
    var now = String.join("; ", failures);
    if (!now.isEmpty() && !now.equals(trouble)) {
      LOG.warn("packet filter of the next boot, {}: {}", file, now);
    }
    trouble = now;
  }
}
