package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.v1alpha1.Durations;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft peer add NAME}. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = {
      "Adds a peer and prints its configuration.",
      "The keys are made here; the private one is printed or written, and sent nowhere. If the peer isn't accepted, it is taken back."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:added, or the manifest printed",
      "2:wrong usage, no cluster, or the peer was refused; nothing is left"
    })
final class AddCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "Name of the Peer.")
  private String name = "";

  @Option(
      names = "--lan",
      split = ",",
      paramLabel = "CIDR",
      description = "Networks behind it: it is a router.")
  private List<String> lan = List.of();

  @Option(
      names = "--address",
      split = ",",
      paramLabel = "IP",
      description = "Its own addresses; default: allocated.")
  private List<String> addresses = List.of();

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      description = "Where it can be called; default: it calls.")
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      description = "After a duration (12h) or at a time (2027-01-31T12:00:00Z) it is taken off.")
  private Optional<String> expires = Optional.empty();

  @Option(names = "--preshared-key", description = "Has a preshared key made.")
  private boolean presharedKey;

  @Option(
      names = "--public-key",
      paramLabel = "KEY",
      description = "Key that the owner has made; then nothing secret is printed.")
  private Optional<String> publicKey = Optional.empty();

  @Option(
      names = "--manifest",
      description = {
        "Prints the Peer as YAML, for Git, and creates nothing. The private key goes into --write FILE;",
        "with it, 'weft peer config NAME --private-key-file FILE' prints the configuration once the Peer is accepted."
      })
  private boolean manifest;

  @Mixin private final NewPeerOptions place = new NewPeerOptions();
  @Mixin private final FormOptions form = new FormOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec command;

  @Override
  public Integer call() {
    var out = command.commandLine().getOut();
    var pair = publicKey.isEmpty() ? Optional.of(PeerClient.newPair()) : Optional.<KeyPair>empty();
    if (pair.isPresent()) {
      form.check(out);
    }
    var spec = spec(pair.map(KeyPair::publicKey).orElseGet(this::givenKey));
    if (manifest) {
      printManifest(spec, pair, out);
      return 0;
    }
    try (var api = cluster.api()) {
      var client = new PeerClient(api, cluster);
      if (!lan.isEmpty() && addresses.isEmpty()) {
        spec.withArray("allowedIPs").insert(0, Prefix.host(client.freeAddress()).toString());
      }
      client.create(name, spec);
      try {
        var peer = client.awaitAccepted(name, p -> true);
        var config = client.config(name);
        if (pair.isPresent()) {
          var secrets =
              new ClientSecrets(pair.get().privateKey(), client.secrets().presharedKey(peer));
          form.write(config, secrets, out);
        } else {
          out.println("Peer " + name + " added");
        }
        client.issued(name, config);
      } catch (InputException e) {
        client.delete(name); // nothing half done
        throw e;
      }
      out.flush();
    }
    return 0;
  }

  private void printManifest(ObjectNode spec, Optional<KeyPair> pair, PrintWriter out) {
    if (!lan.isEmpty() && addresses.isEmpty()) {
      throw new InputException(
          "--manifest with --lan needs --address: only the operator knows which address is free");
    }
    pair.ifPresent(made -> form.writeKey(made.privateKey(), out));
    out.print(PeerManifest.yaml(PeerManifest.of(name, Map.of(), spec)));
    out.flush();
  }

  private PublicKey givenKey() {
    return NewPeerOptions.parsed("--public-key", publicKey.orElse(""), PublicKey::new);
  }

  private ObjectNode spec(PublicKey key) {
    var spec = JsonNodeFactory.instance.objectNode();
    spec.put("publicKey", key.text());
    place.writeTo(spec);
    var allowed = new ArrayList<Prefix>();
    addresses.forEach(
        a -> allowed.add(Prefix.host(NewPeerOptions.parsed("--address", a, IpAddress::parse))));
    lan.forEach(l -> allowed.add(NewPeerOptions.parsed("--lan", l, Prefix::parse)));
    if (!allowed.isEmpty()) {
      var array = spec.putArray("allowedIPs");
      allowed.forEach(p -> array.add(p.toString()));
    }
    endpoint
        .map(e -> NewPeerOptions.parsed("--endpoint", e, Endpoint::parse))
        .ifPresent(e -> spec.putObject("endpoint").put("host", e.host()).put("port", e.port()));
    expires.ifPresent(e -> spec.put("expiresAt", expiry(e)));
    if (presharedKey) {
      spec.put("presharedKey", "Generate");
    }
    return spec;
  }

  static String expiry(String text) {
    try {
      return OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toString();
    } catch (DateTimeParseException e) {
      try {
        return Instant.now()
            .plusSeconds(Durations.seconds(text))
            .truncatedTo(ChronoUnit.SECONDS)
            .toString();
      } catch (IllegalArgumentException f) {
        throw new InputException(
            "--expires '%s' is neither a duration nor a time; write 12h or 2027-01-31T12:00:00Z"
                .formatted(text));
      }
    }
  }
}
