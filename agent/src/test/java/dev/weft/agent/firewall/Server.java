package dev.weft.agent.firewall;

import dev.weft.agent.kernel.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A process in a network namespace that says "hello" to who connects. */
final class Server implements AutoCloseable {
  private final Process process;

  /**
   * Starts it and waits until it listens.
   *
   * @param namespace empty: this one
   */
  Server(String namespace, int port) {
    var command = new ArrayList<String>();
    if (!namespace.isEmpty()) {
      command.addAll(List.of("ip", "netns", "exec", namespace));
    }
    command.addAll(
        List.of(
            "socat", "TCP6-LISTEN:" + port + ",fork,reuseaddr,ipv6only=0", "SYSTEM:echo hello"));
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var within = namespace.isEmpty() ? "" : "ip netns exec " + namespace + " ";
    Shell.run(
        "for i in $(seq 100); do %sss -Hltn sport = :%d | grep -q . && exit 0; sleep 0.05; done; exit 1"
            .formatted(within, port));
  }

  /** Whether a connection from this namespace to an address and port is answered. */
  static boolean answers(String address, int port) {
    return answers("", "", address, port);
  }

  /** Whether a connection from a namespace (empty: this one) to an address and port is answered. */
  static boolean answers(String from, String options, String address, int port) {
    var within = from.isEmpty() ? "" : "ip netns exec " + from;
    var told =
        Shell.run(
            "%s timeout 3 socat -T1 - TCP:%s:%d,connect-timeout=1%s 2>/dev/null </dev/null || true"
                .formatted(within, address, port, options));
    return told.strip().equals("hello");
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().join();
  }
}
