package dev.weft.cli.connect;

import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.host.HostCommand;
import dev.weft.cli.host.HostTools;
import dev.weft.cli.peer.PeerClient;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Undoes traces, the last one first. What is no longer there is fine; what can't be undone stays in
 * the state file.
 */
final class Undo {
  private final StateFile state;
  private final List<String> kept = new ArrayList<>();

  Undo(StateFile state) {
    this.state = state;
  }

  /**
   * Everything; the state file as well, if all went well.
   *
   * @return what could not be undone, a line each
   */
  List<String> all() {
    state.content().traces().reversed().forEach(this::one);
    if (kept.isEmpty()) {
      state.delete();
    }
    return List.copyOf(kept);
  }

  /** One trace. */
  void one(Trace trace) {
    try {
      undo(trace);
      state.remove(trace);
    } catch (InputException e) {
      kept.add(String.valueOf(e.getMessage()));
    }
  }

  private void undo(Trace trace) {
    switch (trace) {
      case Trace.MadePeer t -> cluster(client -> client.deleteIfKeyIs(t.name(), t.publicKey()));
      case Trace.Issued t -> cluster(client -> client.issuedIfThere(t.name(), t.before()));
      case Trace.Device t -> {
        if (HostReading.hasLink(t.name())) {
          // wireguard-go ends when its device does.
          var ignored = HostTools.must(HostCommand.of("ip link del " + t.name()));
          awaitNoSocket(t.name());
        }
      }
      case Trace.Table t ->
          quietly("ip -%d route flush table %d".formatted(t.family(), t.number()));
      case Trace.Rule t -> quietly("ip -%d rule del %s".formatted(t.family(), t.words()));
      case Trace.Filter t -> quietly("nft delete table inet " + t.table());
      case Trace.Setting t -> write(Path.of(t.path()), t.before());
      case Trace.ResolvedLink t -> quietly("resolvectl revert " + t.device());
      case Trace.Resolvconf t -> quietly("resolvconf -d %s -f".formatted(t.device()));
      case Trace.ResolvConf t -> {
        var path = Path.of(t.path());
        if (read(path).equals(t.written())) {
          write(path, t.before());
        }
      }
      case Trace.Folder t -> {
        try {
          Files.deleteIfExists(Path.of(t.path()));
        } catch (DirectoryNotEmptyException e) {
          // others use it by now
        } catch (IOException e) {
          throw new InputException(t.path() + " can't be removed; remove it by hand");
        }
      }
    }
  }

  private interface Request {
    void send(PeerClient client);
  }

  private void cluster(Request request) {
    try (var api = Api.of(state.content().kubeconfig(), state.content().context())) {
      request.send(new PeerClient(api));
    }
  }

  private static void awaitNoSocket(String device) {
    var socket = Path.of("/run/wireguard", device + ".sock");
    for (int i = 0; i < 30 && Files.exists(socket); i++) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What isn't there any more needs no removal. */
  private static void quietly(String words) {
    var ignored = HostTools.run(HostCommand.of(words));
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      return "";
    }
  }

  private static void write(Path path, String text) {
    try {
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new InputException("%s can't be written; it was: %s".formatted(path, text.strip()));
    }
  }
}
