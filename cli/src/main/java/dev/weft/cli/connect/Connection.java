package dev.weft.cli.connect;

import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.Paths;
import dev.weft.cli.cluster.Watch;
import dev.weft.cli.host.HostCommand;
import dev.weft.cli.host.HostTools;
import dev.weft.cli.peer.PeerClient;
import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.net.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Follows the cluster, and the host's own routes, until it is ended. */
final class Connection {
  private static final int QUIET_MILLIS = 150;
  private static final int RETRY_SECONDS = 30;

  private final ClusterOptions cluster;
  private final Membership member;
  private final Tunnel tunnel;
  private final Endpoint server;
  private final PrintWriter out;
  private final Endpoints endpoints = new Endpoints();
  private final Semaphore bell = new Semaphore(0);
  private final List<String> said = new ArrayList<>();
  private final Lock changing;
  private ClientConfig config;

  Connection(
      ClusterOptions cluster,
      Membership member,
      Tunnel tunnel,
      ClientConfig config,
      Endpoint server,
      Lock changing,
      PrintWriter out) {
    this.cluster = cluster;
    this.member = member;
    this.tunnel = tunnel;
    this.config = config;
    this.server = server;
    this.changing = changing;
    this.out = out;
  }

  /** Brings the tunnel to what the cluster wanted when it was last asked. */
  int apply() {
    var device = tunnel.numbers().device();
    var resolved = endpoints.resolve(config);
    endpoints
        .unresolved()
        .forEach(name -> once(name + " can't be looked up; its gateway waits, the others don't"));
    return tunnel.apply(
        HostPlan.of(
            resolved,
            tunnel.numbers(),
            endpoints.all(server),
            HostReading.known(device),
            HostReading.families()));
  }

  /**
   * Follows until the Peer is gone; else it is ended by a signal.
   *
   * @return why it ended
   */
  String follow() throws InterruptedException {
    var watches = new ArrayList<Watch>();
    for (var kind : List.of("wireguardmeshes", "wireguardnodes", "peers")) {
      watches.add(Watch.of(cluster::api, Paths.WEFT + kind, bell::release));
    }
    var routes = Thread.ofVirtual().start(this::watchRoutes);
    try {
      while (true) {
        var ignored = bell.tryAcquire(RETRY_SECONDS, TimeUnit.SECONDS);
        Thread.sleep(QUIET_MILLIS);
        bell.drainPermits();
        if (!HostReading.hasLink(tunnel.numbers().device())) {
          return "the device %s is gone".formatted(tunnel.numbers().device());
        }
        var end = look();
        if (!end.isEmpty()) {
          return end;
        }
      }
    } finally {
      watches.forEach(Watch::close);
      routes.interrupt();
    }
  }

  /** Why to end; empty: go on. */
  private String look() {
    try (var api = cluster.api()) {
      var client = new PeerClient(api, cluster);
      var peer = client.find(member.name());
      if (peer.isMissingNode()) {
        return "Peer %s was deleted".formatted(member.name());
      }
      if (!member.isMeantBy(peer)) {
        return "Peer %s has another key now".formatted(member.name());
      }
      change(api, client.config(member.name()));
      if (!said.isEmpty()) {
        said.clear();
        say("all is as it should be again");
      }
    } catch (InputException e) {
      once("nothing is changed: " + e.getMessage());
    }
    return "";
  }

  private void change(Api api, ClientConfig now) {
    var before = config;
    config = now;
    int commands;
    changing.lock();
    try {
      commands = apply();
    } catch (InputException e) {
      config = before;
      throw e;
    } finally {
      changing.unlock();
    }
    if (!now.equals(before)) {
      new PeerClient(api).issued(member.name(), now);
    }
    if (commands > 0) {
      say("changed: " + gateways(now));
    }
  }

  /** Which gateway stands for which location. */
  static String gateways(ClientConfig config) {
    return config.peers().isEmpty()
        ? "there is no gateway to call"
        : String.join(
            ", ",
            config.peers().stream()
                .map(p -> "%s (%s)".formatted(p.location(), p.gateway()))
                .toList());
  }

  private void watchRoutes() {
    try {
      var process =
          new ProcessBuilder(HostCommand.of("setsid ip monitor route link").argv())
              .redirectErrorStream(true)
              .start();
      try (var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        // It ends with its reader.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        while (lines.readLine() != null) {
          bell.release();
        }
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      once("routes of this host aren't followed: " + e.getMessage());
    }
  }

  /** Whether the tools are there that a connection can't do without. */
  static void checkTools() {
    for (var tool : List.of("ip", "wg")) {
      if (!HostTools.has(tool)) {
        throw new InputException(
            "the program '%s' is missing; install %s"
                .formatted(tool, tool.equals("wg") ? "wireguard-tools" : "iproute2"));
      }
    }
  }

  private void once(String line) {
    if (!said.contains(line)) {
      said.add(line);
      say(line);
    }
  }

  private void say(String line) {
    out.println("weft: " + line);
    out.flush();
  }
}
