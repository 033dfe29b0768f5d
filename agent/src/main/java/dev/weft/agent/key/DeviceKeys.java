package dev.weft.agent.key;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.view.MeshNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the node's WireGuard devices: a {@link KeyFile} for each, {@code key} of lane 0 and
 * {@code key-1} to {@code key-7} of further lanes. A key that was made stays, also while its lane
 * is not needed, so that others know it again. One thread.
 */
public final class DeviceKeys {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceKeys.class);

  private final Path directory;
  private final Map<DeviceId, KeyPair> keys = new TreeMap<>();

  private DeviceKeys(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the keys that are there, and makes that of lane 0. An unsound file of a further lane is
   * an error only once the lane is needed.
   *
   * @throws KeyFileException if the file of lane 0 is there and unsound
   */
  public static DeviceKeys open(Path directory) throws IOException {
    var all = new DeviceKeys(directory);
    all.keys.put(DeviceId.DEFAULT, KeyFile.loadOrCreate(file(directory, 0)));
    for (int lane = 1; lane <= MeshNode.MAX_ORDINAL; lane++) {
      if (Files.exists(file(directory, lane), LinkOption.NOFOLLOW_LINKS)) {
        try {
          all.load(lane);
        } catch (IOException e) {
          LOG.warn("{}", e.getMessage());
        }
      }
    }
    return all;
  }

  private static Path file(Path directory, int lane) {
    return directory.resolve(lane == 0 ? "key" : "key-" + lane);
  }

  private void load(int lane) throws IOException {
    var id = new DeviceId(lane, DeviceId.DEFAULT.generation());
    keys.put(id, KeyFile.loadOrCreate(file(directory, lane)));
  }

  /** The pair of lane 0, by which the node is known. */
  public KeyPair first() {
    return Objects.requireNonNull(keys.get(DeviceId.DEFAULT));
  }

  /** The keys that the node has. */
  public Map<DeviceId, KeyPair> all() {
    return Map.copyOf(keys);
  }

  /**
   * The keys that the node has, with one for each lane up to that; those that are missing are made.
   *
   * @throws KeyFileException if a file is there and unsound
   */
  public Map<DeviceId, KeyPair> upTo(int lane) throws IOException {
    for (int i = 1; i <= lane; i++) {
      if (!keys.containsKey(new DeviceId(i, DeviceId.DEFAULT.generation()))) {
        load(i);
      }
    }
    return all();
  }

  /**
   * Removes the files of all keys.
   *
   * @return one line for each that was there
   */
  public static List<String> forget(Path directory) throws IOException {
    var lines = new ArrayList<String>();
    for (int lane = 0; lane <= MeshNode.MAX_ORDINAL; lane++) {
      if (Files.deleteIfExists(file(directory, lane))) {
        lines.add(
            lane == 0
                ? "removed the private key: the node would be known as another one"
                : "removed the private key of lane " + lane);
      }
    }
    return lines;
  }
}
