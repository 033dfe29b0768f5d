package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.Wait;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The web server on a lab's internet, which answers everybody with the address that it sees.
 *
 * @param lab a lab that is up
 * @param family of the server's address
 */
record WebServer(Lab lab, Family family) {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Waits until somebody is seen with that address; the wanted one may change meanwhile. */
  void assertSees(Supplier<String> address, Place from) {
    assertTrue(
        Wait.holds(LIMIT, () -> seen(from).equals(address.get())),
        () -> "%s is seen as '%s', not %s".formatted(from.name(), seen(from), address.get()));
  }

  /** The address with which somebody is seen; empty: not at all. */
  String seen(Place from) {
    var answer =
        Shell.script(
                from,
                "curl -gs --max-time 2 http://%s/ | sed 's/.*\"client\":\"\\([^\"]*\\).*/\\1/'"
                    .formatted(url()))
            .out()
            .strip();
    // socat(1) writes IPv6 in full, and in brackets.
    return answer.isEmpty()
        ? ""
        : IpAddress.parse(answer.replace("[", "").replace("]", "")).toString();
  }

  private String url() {
    var address = lab.webServer(family);
    return family == Family.IPV6 ? "[" + address + "]" : address.toString();
  }

  /** Counts, from now on, requests that come from a cloud. */
  void watch(String cloud) {
    Shell.script(
            lab.directory().router("internet"),
            """
            nft -f - <<'NFT'
            table inet requests-%1$s
            delete table inet requests-%1$s
            table inet requests-%1$s {
              counter seen { }
              chain prerouting {
                type filter hook prerouting priority raw; policy accept;
                iifname "%1$s" %2$s daddr %3$s tcp dport 80 counter name seen
              }
            }
            NFT
            """
                .formatted(cloud, family == Family.IPV6 ? "ip6" : "ip", lab.webServer(family)))
        .orThrow();
  }

  /** How many packets came since. */
  int requests(String cloud) {
    return Integer.parseInt(
        Shell.script(
                lab.directory().router("internet"),
                "nft list counter inet requests-%s seen | sed -n 's/.*packets \\([0-9]*\\).*/\\1/p'"
                    .formatted(cloud))
            .orThrow()
            .strip());
  }
}
