package dev.weft.cli.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weft.cli.InputException;
import dev.weft.cli.migrate.WgQuickFile.PeerSection;
import dev.weft.cli.output.Visible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft import FILE}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Turns the peers of a wg-quick file into Peers, printed as YAML for 'kubectl apply -f -'.",
      "What a Peer has nothing for is said on standard error; private and preshared keys are not printed."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was carried",
      "1:carried, but for what is said",
      "2:no such file, or malformed, or no peer could be read"
    })
public final class ImportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description = "File of wg-quick's, such as /etc/wireguard/wg0.conf.")
  private String file = "";

  @Option(
      names = "--location",
      paramLabel = "LOCATION",
      description = "Attach all of them to this location only: where the old server stood.")
  private Optional<String> location = Optional.empty();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var parsed = read();
    var yaml = new ObjectMapper(new YAMLFactory());
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    Set<String> names = new HashSet<>();
    boolean all = parsed.notCarried().isEmpty();
    for (var peer : parsed.peers()) {
      var name = name(peer, names);
      try {
        out.print(yaml.writeValueAsString(object(peer, name)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a JSON tree can always be written", e);
      }
      if (peer.hasPresharedKey()) {
        all = false;
        err.println(
            "weft: %s line %d: its preshared key is not printed; before you apply: kubectl -n weft-agents create secret generic %s-psk --from-file=presharedKey=FILE"
                .formatted(file, peer.line(), name));
      }
    }
    parsed.notCarried().forEach(line -> err.println(Visible.line("weft: " + file + " " + line)));
    out.flush();
    err.flush();
    if (parsed.leftOut() && parsed.peers().isEmpty()) {
      return 2;
    }
    return all ? 0 : 1;
  }

  private WgQuickFile read() {
    try {
      return WgQuickFile.parse(FileText.decode(Files.readAllBytes(Path.of(file))));
    } catch (IOException | InvalidPathException e) {
      throw new InputException(
          "%s: can't be read (%s); name a file of wg-quick's"
              .formatted(file, e.getClass().getSimpleName()));
    } catch (IllegalArgumentException e) {
      throw new InputException(file + ": " + e.getMessage());
    }
  }

  private ObjectNode object(PeerSection peer, String name) {
    var root = JsonNodeFactory.instance.objectNode();
    root.put("apiVersion", "weft.dev/v1alpha1").put("kind", "Peer");
    root.putObject("metadata").put("name", name);
    var s = root.putObject("spec");
    s.put("publicKey", peer.publicKey().text());
    if (peer.hasPresharedKey()) {
      s.putObject("presharedKeySecretRef").put("name", name + "-psk");
    }
    if (!peer.allowedIPs().isEmpty()) {
      var allowed = s.putArray("allowedIPs");
      peer.allowedIPs().forEach(p -> allowed.add(p.toString()));
    }
    if (!peer.endpoint().isEmpty()) {
      var endpoint = peer.endpoint().getLast();
      s.putObject("endpoint").put("host", endpoint.host()).put("port", endpoint.port());
    }
    if (peer.keepaliveSeconds() > 0) {
      s.put("persistentKeepalive", peer.keepaliveSeconds() + "s");
    }
    location.ifPresent(l -> s.put("location", l));
    return root;
  }

  /** The name of its comment; else the beginning of its key. */
  private static String name(PeerSection peer, Set<String> taken) {
    var wanted =
        peer.name().isEmpty()
            ? "peer-"
                + peer.publicKey()
                    .text()
                    .substring(0, 8)
                    .toLowerCase(java.util.Locale.ROOT)
                    .replaceAll("[^a-z0-9]", "0")
            : peer.name();
    var name = wanted;
    for (int number = 2; !taken.add(name); number++) {
      name = wanted + "-" + number;
    }
    return name;
  }
}
