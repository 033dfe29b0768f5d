package dev.weft.cli.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.cli.InputException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The traces of one connection, on disk: {@code /run/weft/connect-DEVICE.json}, mode 0600. A trace
 * is written before what it lists is done, and taken out after it was undone.
 */
final class StateFile {
  private static final Path FOLDER = Path.of("/run/weft");
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What the file holds.
   *
   * @param pid of the command
   * @param startTicks field 22 of {@code /proc/PID/stat}, proc(5): distinguishes it from a later
   *     process
   * @param device link name
   * @param kubeconfig file; empty: the default one
   * @param context of it; empty: the current one
   * @param traces in the order in which they were made
   */
  record Content(
      long pid,
      long startTicks,
      String device,
      String kubeconfig,
      String context,
      List<Trace> traces) {
    Content {
      traces = List.copyOf(traces);
    }

    private Content with(List<Trace> others) {
      return new Content(pid, startTicks, device, kubeconfig, context, others);
    }
  }

  private final Path file;
  private Content content;

  private StateFile(Path file, Content content) {
    this.file = file;
    this.content = content;
  }

  /** A file without traces, of this process. */
  static StateFile create(String device, String kubeconfig, String context) {
    long pid = ProcessHandle.current().pid();
    var state =
        new StateFile(
            FOLDER.resolve("connect-" + device + ".json"),
            new Content(pid, startTicks(pid), device, kubeconfig, context, List.of()));
    state.write();
    return state;
  }

  /** All that are there, sorted by device. */
  static List<StateFile> all() {
    var all = new ArrayList<StateFile>();
    try (var files = Files.newDirectoryStream(FOLDER, "connect-*.json")) {
      for (var file : files) {
        all.add(new StateFile(file, JSON.readValue(Files.readString(file), Content.class)));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (JsonProcessingException e) {
      throw new InputException(
          "a file connect-*.json in %s is damaged; undo by hand what it lists, and remove it"
              .formatted(FOLDER));
    } catch (IOException e) {
      throw new InputException(FOLDER + " can't be read; are you root?");
    }
    all.sort(java.util.Comparator.comparing(s -> s.content().device()));
    return all;
  }

  Content content() {
    return content;
  }

  /** Whether the command that made it still runs. */
  boolean isInUse() {
    return content.startTicks() != 0 && startTicks(content.pid()) == content.startTicks();
  }

  synchronized void add(Trace trace) {
    if (!content.traces().contains(trace)) {
      var traces = new ArrayList<>(content.traces());
      traces.add(trace);
      content = content.with(traces);
      write();
    }
  }

  synchronized void remove(Trace trace) {
    var traces = new ArrayList<>(content.traces());
    traces.remove(trace);
    content = content.with(traces);
    write();
  }

  /** Removes the file, and the folder if nothing else is in it. */
  void delete() {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(FOLDER);
    } catch (DirectoryNotEmptyException e) {
      // an agent's, or another connection's
    } catch (IOException e) {
      throw new InputException("%s can't be removed; remove it by hand".formatted(file));
    }
  }

  private void write() {
    try {
      Files.createDirectories(FOLDER);
      var owner =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var temporary = Files.createTempFile(FOLDER, ".connect", "", owner);
      Files.writeString(temporary, JSON.writeValueAsString(content));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new InputException("%s can't be written; are you root?".formatted(file));
    }
  }

  /** 0: there is no such process. */
  private static long startTicks(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    } catch (IOException e) {
      return 0;
    }
  }
}
