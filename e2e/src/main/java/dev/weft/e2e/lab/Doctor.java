package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a machine has of what a lab needs. */
public final class Doctor {
  /** Program and the Debian package it comes in. */
  private static final Map<String, String> PROGRAMS = new LinkedHashMap<>();

  static {
    for (var pair :
        List.of(
            "ip iproute2",
            "nft nftables",
            "iptables iptables",
            "wg wireguard-tools",
            "wireguard-go wireguard-go",
            "etcd etcd-server",
            "tcpdump tcpdump",
            "dnsmasq dnsmasq-base",
            "socat socat",
            "openssl openssl",
            "sysctl procps",
            "nsenter util-linux",
            "setpriv util-linux")) {
      var parts = pair.split(" ", 2);
      PROGRAMS.put(parts[0], parts[1]);
    }
  }

  private Doctor() {}

  /** Prints what was found, and returns whether a lab can be built. */
  public static boolean examine(Path repository, PrintStream out) {
    var missing = new ArrayList<String>();
    if (!"root".equals(System.getProperty("user.name"))) {
      missing.add("root: namespaces need it");
    }
    PROGRAMS.forEach(
        (program, debianPackage) -> {
          var found = Shell.run(Place.HOST, "bash", "-c", "command -v " + program);
          out.printf("%-14s %s%n", program, found.ok() ? found.out().strip() : "missing");
          if (!found.ok()) {
            missing.add("%s: apt-get install %s".formatted(program, debianPackage));
          }
        });
    var plugins = Path.of("/usr/lib/cni/bridge");
    out.printf("%-14s %s%n", "CNI plugins", Files.exists(plugins) ? "/usr/lib/cni" : "missing");
    if (!Files.exists(plugins)) {
      missing.add("CNI plugins: apt-get install containernetworking-plugins");
    }
    out.printf("%-14s %s%n", "JDK", System.getProperty("java.home"));
    out.printf("%-14s %s%n", "kernel", System.getProperty("os.version"));
    kernel(out, "WireGuard", "link add weftdoctor type wireguard", "wireguard-go is used");
    kernel(out, "IPIP", "link add weftdoctor type ipip local 127.0.0.1", "VXLAN is used");
    kernel(
        out, "VXLAN", "link add weftdoctor type vxlan id 1 dstport 4789", "none between subnets");
    kernel(out, "dummy", "link add weftdoctor type dummy", "tests that need it don't run");
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      missing.add("/dev/net/tun: wireguard-go needs it");
    }
    var unshare =
        Shell.run(Place.HOST, "unshare", "--mount", "--net", "--pid", "--fork", "--uts", "true");
    if (!unshare.ok()) {
      missing.add("namespaces: " + unshare.err().strip());
    }
    missing.forEach(m -> out.println("missing: " + m));
    return missing.isEmpty();
  }

  /** Tries a kind of link in a namespace of its own, which ends with the command. */
  private static void kernel(PrintStream out, String kind, String command, String otherwise) {
    var argv = new ArrayList<>(List.of("unshare", "--net", "ip"));
    argv.addAll(List.of(command.split(" ", -1)));
    var ok = Shell.run(Place.HOST, argv.toArray(String[]::new)).ok();
    out.printf("%-14s %s%n", kind, ok ? "in the kernel" : "not in the kernel: " + otherwise);
  }
}
