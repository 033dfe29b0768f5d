package dev.weft.agent.cni;

import dev.weft.agent.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the CNI plugins that the conflist names to where the container runtime looks for them. */
public final class PluginInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(PluginInstaller.class);
  private static final List<String> PLUGINS =
      List.of("bridge", "host-local", "loopback", "portmap");

  private final Path from;
  private final Path to;
  private final InstalledPlugins installed;

  /**
   * An installer.
   *
   * @param record remembers what was written, so that it can be removed again
   */
  public PluginInstaller(Path from, Path to, Path record) {
    this.from = from;
    this.to = to;
    this.installed = new InstalledPlugins(to, record);
  }

  /** Removes what it has installed and what is unchanged since; returns their names. */
  public List<String> remove() throws IOException {
    return installed.remove();
  }

  /**
   * Installs what is missing or older; what is newer, as old, or of unknown age, stays.
   *
   * @return what to know of it, one line each; none: all are those of the image
   */
  public List<String> install() throws IOException {
    Files.createDirectories(to);
    var notes = new ArrayList<String>();
    for (var name : PLUGINS) {
      var source = from.resolve(name);
      var target = to.resolve(name);
      if (!Files.isRegularFile(source)) {
        if (!Files.exists(target)) {
          notes.add("%s is neither in %s nor in %s: install it".formatted(name, from, to));
        }
        continue;
      }
      var content = Files.readAllBytes(source);
      if (!Files.exists(target)) {
        AtomicFile.write(target, content, AtomicFile.EXECUTABLE);
        installed.add(name, content);
        LOG.info("CNI plugin {} installed", target);
      } else if (!Arrays.equals(content, Files.readAllBytes(target))) {
        var ours = PluginVersion.find(about(source));
        var theirs = PluginVersion.find(about(target));
        if (ours.isPresent() && theirs.isPresent() && ours.get().compareTo(theirs.get()) > 0) {
          AtomicFile.write(target, content, AtomicFile.EXECUTABLE);
          LOG.info("CNI plugin {} updated from {} to {}", target, theirs.get(), ours.get());
        } else {
          notes.add(kept(name, theirs, ours));
        }
      }
    }
    notes.forEach(note -> LOG.info("CNI plugins: {}", note));
    return notes;
  }

  private static String kept(
      String name, Optional<PluginVersion> theirs, Optional<PluginVersion> ours) {
    return "%s %s was there and stays (the image has %s)"
        .formatted(
            name,
            theirs.map(PluginVersion::toString).orElse("of unknown version"),
            ours.map(PluginVersion::toString).orElse("one of unknown version"));
  }

  /** What a plugin says of itself when called without a command. */
  private static String about(Path plugin) {
    try {
      var builder = new ProcessBuilder(plugin.toString()).redirectErrorStream(true);
      builder.environment().keySet().removeIf(k -> k.startsWith("CNI_"));
      var process = builder.redirectInput(Path.of("/dev/null").toFile()).start();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "";
      }
      return new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** The version in {@code CNI bridge plugin v1.1.1}. */
  record PluginVersion(int major, int minor, int patch) implements Comparable<PluginVersion> {
    private static final java.util.regex.Pattern FORM =
        java.util.regex.Pattern.compile("plugin v?([0-9]{1,4})\\.([0-9]{1,4})\\.([0-9]{1,4})");

    static Optional<PluginVersion> find(String about) {
      var m = FORM.matcher(about);
      return m.find()
          ? Optional.of(
              new PluginVersion(
                  Integer.parseInt(m.group(1)),
                  Integer.parseInt(m.group(2)),
                  Integer.parseInt(m.group(3))))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "v%d.%d.%d".formatted(major, minor, patch);
    }

    @Override
    public int compareTo(PluginVersion other) {
      return Arrays.compare(
          new int[] {major, minor, patch}, new int[] {other.major, other.minor, other.patch});
    }
  }
}
