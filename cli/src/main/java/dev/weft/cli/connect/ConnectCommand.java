package dev.weft.cli.connect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.host.HostTools;
import dev.weft.cli.peer.NewPeerOptions;
import dev.weft.cli.peer.PeerClient;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft connect [PEER]}. */
@Command(
    name = "connect",
    mixinStandardHelpOptions = true,
    description = {
      "Makes this Linux machine part of the mesh until Ctrl-C: tunnel, routes and DNS; gateways that change are followed.",
      "Without PEER a Peer is made for it and removed at the end; its private key never leaves the machine. Needs root."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ended by a signal, nothing is left",
      "1:ended by itself, or something could not be undone",
      "2:wrong usage, no cluster, or refused; nothing is left"
    })
public final class ConnectCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "PEER", description = "An existing Peer to be.")
  private Optional<String> peer = Optional.empty();

  @Option(
      names = "--private-key-file",
      paramLabel = "FILE",
      description =
          "Its private key, or a wg-quick file that holds it; default: the operator's Secret.")
  private Optional<String> keyFile = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the Peer that is made; default: this machine's.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--no-dns", description = "Leaves the machine's DNS as it is.")
  private boolean noDns;

  @Option(
      names = {"-i", "--interface"},
      defaultValue = "weft",
      paramLabel = "LINK",
      description = "Name of the device; default: ${DEFAULT-VALUE}.")
  private String device = "weft";

  @Option(
      names = "--clean",
      description = "Undoes what a connection has left that was killed, and ends.")
  private boolean clean;

  @Mixin private final NewPeerOptions place = new NewPeerOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  /**
   * Held while the host is changed, so that a signal meets no half-done step; at the end for good.
   */
  private final Lock changing = new ReentrantLock();

  /** Whether it is not a signal that ends the command. */
  private volatile boolean endsByItself;

  private volatile boolean undoing;

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    check();
    for (var old : StateFile.all()) {
      if (clean || old.content().device().equals(device)) {
        leftover(old, out);
      }
    }
    if (clean) {
      return 0;
    }
    if (HostReading.hasLink(device)) {
      throw new InputException(
          "there is a device '%s' already; choose another name with --interface".formatted(device));
    }
    return connect(out);
  }

  private void check() {
    if (!device.matches("[A-Za-z0-9_=+.-]{1,15}")) {
      throw new InputException(
          "--interface '%s': a link's name is up to 15 of A-Z, a-z, 0-9 and _=+.-"
              .formatted(device));
    }
    if (peer.isEmpty() && keyFile.isPresent()) {
      throw new InputException("--private-key-file is for an existing PEER; name it");
    }
    if (peer.isPresent() && (name.isPresent() || place.areGiven())) {
      throw new InputException(
          "--name, --location, --full-tunnel, --mesh and --dns are for a Peer that is made; Peer %s is there"
              .formatted(peer.get()));
    }
    if (!HostTools.isRoot()) {
      throw new InputException(
          "it takes root to change devices and routes; use 'sudo KUBECONFIG=$HOME/.kube/config weft connect'");
    }
    Connection.checkTools();
  }

  private static void leftover(StateFile old, PrintWriter out) {
    var content = old.content();
    if (old.isInUse()) {
      throw new InputException(
          "'weft connect' runs with the device %s; end it with: kill -INT %d"
              .formatted(content.device(), content.pid()));
    }
    undo(old);
    out.println("weft: undid what an earlier connection by " + content.device() + " had left");
    out.flush();
  }

  private static void undo(StateFile state) {
    var kept = new Undo(state).all();
    if (!kept.isEmpty()) {
      throw new InputException(
          "%s; 'weft connect --clean' tries again".formatted(String.join("; ", kept)));
    }
  }

  private int connect(PrintWriter out) throws InterruptedException {
    StateFile state;
    Connection connection;
    try (var api = cluster.api()) {
      var numbers = HostReading.freeNumbers(device);
      state = StateFile.create(device, cluster.kubeconfigFile(), cluster.context());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(state, out)));
      connection = begin(api, state, numbers, out);
    } catch (InputException e) {
      endsByItself = true;
      throw e;
    }
    var why = connection.follow();
    if (!undoing) {
      endsByItself = true;
      out.println("weft: " + why + "; the connection ends");
      out.flush();
    }
    return 1; // the hook undoes everything
  }

  private Connection begin(Api api, StateFile state, Numbers numbers, PrintWriter out) {
    changing.lock();
    try {
      return locked(api, state, numbers, out);
    } finally {
      changing.unlock();
    }
  }

  private Connection locked(Api api, StateFile state, Numbers numbers, PrintWriter out) {
    var client = new PeerClient(api, cluster);
    var member =
        peer.isPresent()
            ? Membership.existing(client, state, peer.get(), keyFile)
            : Membership.made(client, state, name.orElseGet(Membership::hostName), object());
    var config = client.config(member.name());
    var tunnel = new Tunnel(state, numbers, member.secrets(), !noDns);
    tunnel.make(config.listenPort());
    var connection = new Connection(cluster, member, tunnel, config, api.endpoint(), changing, out);
    var ignored = connection.apply();
    client.issued(member.name(), config);
    out.printf(
        "weft: connected as Peer %s, %s, by %s; Ctrl-C ends it%n",
        member.name(), config.addresses(), Connection.gateways(config));
    out.flush();
    return connection;
  }

  private ObjectNode object() {
    var object = JsonNodeFactory.instance.objectNode();
    place.writeTo(object);
    return object;
  }

  private void end(StateFile state, PrintWriter out) {
    // Asked before anything is undone: the watch sees the Peer go, and ends, too.
    boolean signalled = !endsByItself;
    undoing = true;
    changing.lock();
    var kept = new Undo(state).all();
    kept.forEach(line -> out.println("weft: " + line));
    out.println(
        kept.isEmpty()
            ? "weft: disconnected; all is as before"
            : "weft: 'weft connect --clean' tries again");
    out.flush();
    if (signalled) {
      Runtime.getRuntime().halt(kept.isEmpty() ? 0 : 1);
    }
  }
}
