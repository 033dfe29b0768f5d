package dev.weft.agent.cni;

import dev.weft.agent.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  public PluginInstaller(Path from, Path to) {
    this.from = from;
    this.to = to;
  }

  /** Installs what is missing or older; what is newer, or of unknown age, stays. */
  public void install() throws IOException {
    Files.createDirectories(to);
    for (var name : PLUGINS) {
      var source = from.resolve(name);
      var target = to.resolve(name);
      if (!Files.isRegularFile(source)) {
        LOG.warn("CNI plugin {} is not in {}; install it there, or into {}", name, from, to);
        continue;
      }
      var content = Files.readAllBytes(source);
      if (!Files.exists(target)) {
        AtomicFile.write(target, content, AtomicFile.EXECUTABLE);
        LOG.info("CNI plugin {} installed", target);
      } else if (!Arrays.equals(content, Files.readAllBytes(target)) && isNewer(source, target)) {
        AtomicFile.write(target, content, AtomicFile.EXECUTABLE);
        LOG.info("CNI plugin {} updated", target);
      }
    }
  }

  private static boolean isNewer(Path source, Path target) {
    var ours = PluginVersion.find(about(source));
    var theirs = PluginVersion.find(about(target));
    return ours.isPresent() && theirs.isPresent() && ours.get().compareTo(theirs.get()) > 0;
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
    public int compareTo(PluginVersion other) {
      return Arrays.compare(
          new int[] {major, minor, patch}, new int[] {other.major, other.minor, other.patch});
    }
  }
}
