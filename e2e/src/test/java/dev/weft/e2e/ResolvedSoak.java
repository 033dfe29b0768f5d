package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code weft connect} on a machine whose names systemd-resolved looks up. */
@ExtendWith(SharedLab.class)
class ResolvedSoak {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static Traveller traveller;

  @BeforeAll
  static void aLaptopWithSystemdResolved() {
    var programs =
        Shell.run(
                Place.HOST,
                Duration.ofMinutes(5),
                "",
                List.of(SharedLab.REPOSITORY.resolve("e2e/tools/resolved.sh").toString()))
            .orThrow()
            .strip();
    traveller = Traveller.in("home", 107, programs + "/bin");
    traveller.run(
        """
        cp /etc/passwd /run/passwd; cp /etc/group /run/group
        echo 'systemd-resolve:x:996:996::/:/usr/sbin/nologin' >> /run/passwd
        echo 'systemd-resolve:x:996:' >> /run/group
        mount --bind /run/passwd /etc/passwd; mount --bind /run/group /etc/group
        mkdir -p /run/dbus /run/systemd/resolve
        chown systemd-resolve: /run/systemd/resolve
        cat > /run/bus.conf <<'BUS'
        <busconfig>
          <type>system</type>
          <listen>unix:path=/run/dbus/system_bus_socket</listen>
          <auth>EXTERNAL</auth>
          <policy context="default">
            <allow user="*"/><allow own="*"/><allow send_type="method_call"/>
            <allow send_destination="*"/><allow receive_sender="*"/>
          </policy>
        </busconfig>
        BUS
        setsid dbus-daemon --config-file=/run/bus.conf --nofork >/run/bus.log 2>&1 </dev/null &
        setsid %s/bin/systemd-resolved >/run/resolved.log 2>&1 </dev/null &
        """
            .formatted(programs));
    assertTrue(Wait.holds(LIMIT, () -> traveller.holds("resolvectl dns")), "systemd-resolved");
  }

  @AfterAll
  static void asBefore() {
    SharedLab.lab().kubectl().run("delete", "wgp", "--all").orThrow();
  }

  @Test
  void namesAreAskedThroughTheTunnelAndNotAfterIt() {
    var topology = SharedLab.lab().inventory().topology();
    var file = traveller.run("cat /etc/resolv.conf");
    for (var signal : List.of("INT", "KILL")) {
      var process =
          traveller.connect("--location", "gcp", "--full-tunnel", "--dns", topology.resolver());
      assertTrue(traveller.run("resolvectl dns weft").endsWith(": " + topology.resolver()));
      assertTrue(traveller.run("resolvectl domain weft").endsWith(": ~."));
      assertTrue(
          Wait.holds(
              LIMIT,
              () ->
                  traveller.holds(
                      "resolvectl query --cache=no api.weft.test | grep -F '%s' | grep -F 'link: weft'"
                          .formatted(topology.apiPublic()))),
          () -> traveller.run("resolvectl query --cache=no api.weft.test 2>&1 || true"));
      traveller.end(process, signal);
      if (signal.equals("KILL")) {
        assertEquals(0, traveller.weft("connect", "--clean").exit());
      }
      assertFalse(traveller.run("resolvectl dns").contains("weft"));
      assertEquals(file, traveller.run("cat /etc/resolv.conf"));
    }
  }
}
