package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cloud hub with a public address, an office router with a LAN and no public address, a laptop
 * and a phone behind NAT: set up by {@code weft peer add} and unmodified {@code wg-quick}.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeopleE2E {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String LAN_HOST = "192.168.99.10";

  @TempDir static Path folder;
  private static Place office;
  private static Place laptop;
  private static Place phone;

  @BeforeAll
  static void machines() {
    office = SharedLab.lab().addClient("office", "home", 101);
    laptop = SharedLab.lab().addClient("laptop", "home", 102);
    phone = SharedLab.lab().addClient("phone", "home", 103);
    Shell.script(
            office,
            """
            ip netns add lan
            ip link add lan0 type veth peer name eth0 netns lan
            ip addr add 192.168.99.1/24 dev lan0
            ip link set lan0 up
            ip -n lan addr add %s/24 dev eth0
            ip -n lan link set eth0 up
            ip -n lan route add default via 192.168.99.1
            """
                .formatted(LAN_HOST))
        .orThrow();
  }

  @AfterAll
  static void noPeerStays() {
    for (var machine : java.util.List.of(office, laptop, phone)) {
      Shell.script(machine, "for f in /run/*.conf; do wg-quick down $f; done; true").orThrow();
    }
    SharedLab.lab().kubectl().run("delete", "wgp", "--all").orThrow();
  }

  @Test
  @Order(1)
  void aScenarioStandsAfterThreeCommands() throws IOException {
    weft(
        "peer",
        "add",
        "office",
        "--location",
        "gcp",
        "--lan",
        "192.168.99.0/24",
        "-w",
        file("office.conf"));
    weft(
        "peer", "add", "laptop", "--location", "gcp", "--preshared-key", "-w", file("laptop.conf"));
    weft("peer", "add", "phone", "--location", "gcp", "-o", "png", "-w", file("phone.png"));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("phone.png"))));
    // what the phone's camera does
    Shell.script(
            Place.HOST,
            "umask 077; zbarimg --quiet --raw %s > %s"
                .formatted(file("phone.png"), file("phone.conf")))
        .orThrow();
    up(office, "office");
    up(laptop, "laptop");
    up(phone, "phone");
    assertAnswers(phone, LAN_HOST);
    var address =
        Shell.script(laptop, "ip -4 -o addr show dev laptop | sed 's/.*inet \\([0-9.]*\\).*/\\1/'");
    assertAnswers(lan(), address.orThrow().strip());
    assertAnswers(SharedLab.lab().pod(new dev.weft.e2e.lab.PodName("aws-2", "a")), LAN_HOST);
    assertAnswers(phone, SharedLab.pod("home-1").address());
    assertTrue(
        Wait.holds(
            LIMIT,
            () -> SharedLab.lab().weft("explain", "peer/phone", LAN_HOST).out().contains("→")));
    SharedLab.assertWell();
  }

  @Test
  @Order(2)
  void aHealthyMeshWithPeopleHasNoFaults() {
    assertTrue(
        Wait.holds(LIMIT, () -> SharedLab.lab().weft("diagnose").out().equals("no faults found\n")),
        () -> SharedLab.lab().weft("diagnose").out());
  }

  @Test
  @Order(3)
  void aRevokedPeerIsOffEveryGatewayWithinASecond() {
    var key = Shell.script(phone, "wg show phone public-key").orThrow().strip();
    assertTrue(SharedLab.holdsOn("gcp-1", "wg show weft0 peers | grep -qF '" + key + "'"));
    SharedLab.lab().kubectl().run("delete", "wgp", "phone").orThrow();
    SharedLab.timeUntil(
        "revoked peer off its gateway",
        Duration.ofSeconds(1),
        () -> !SharedLab.holdsOn("gcp-1", "wg show weft0 peers | grep -qF '" + key + "'"));
    assertFalse(answers(phone, LAN_HOST));
  }

  @Test
  @Order(4)
  void aDisabledPeerIsOffWithinASecondAndComesBackAsItWas() {
    var key = Shell.script(laptop, "wg show laptop public-key").orThrow().strip();
    weft("peer", "revoke", "laptop", "--keep");
    SharedLab.timeUntil(
        "disabled peer off its gateway",
        Duration.ofSeconds(1),
        () -> !SharedLab.holdsOn("gcp-1", "wg show weft0 peers | grep -qF '" + key + "'"));
    SharedLab.lab()
        .kubectl()
        .run("patch", "wgp", "laptop", "--type=merge", "-p", "{\"spec\":{\"disabled\":false}}")
        .orThrow();
    assertAnswers(laptop, LAN_HOST);
  }

  @Test
  @Order(5)
  void anOperatorMadeConfigurationIsUsedBySetconf() {
    SharedLab.lab()
        .kubectl()
        .input(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: tablet}
            spec: {location: gcp}
            """,
            "apply",
            "-f",
            "-")
        .orThrow();
    assertTrue(
        Wait.holds(
            LIMIT,
            () ->
                SharedLab.lab()
                    .weft("peer", "config", "tablet", "-o", "wg", "-w", file("tablet.conf"))
                    .ok()));
    Shell.script(
            phone,
            "cp %s /run/phone-wg; wg syncconf phone /run/phone-wg".formatted(file("tablet.conf")))
        .orThrow();
    var address = SharedLab.lab().kubectl().get("wgp", "tablet").at("/status/addresses/0").asText();
    Shell.script(phone, "ip addr replace %s/32 dev phone".formatted(address)).orThrow();
    assertTrue(
        Wait.holds(
            LIMIT,
            () -> Shell.script(phone, "ping -c1 -W1 -I %s %s".formatted(address, LAN_HOST)).ok()));
  }

  private static void up(Place machine, String name) {
    Shell.script(
            machine,
            "install -m 600 %s /run/%s.conf && wg-quick up /run/%s.conf"
                .formatted(file(name + ".conf"), name, name))
        .orThrow();
  }

  private static Place lan() {
    var enter = new java.util.ArrayList<>(office.enter());
    enter.addAll(java.util.List.of("ip", "netns", "exec", "lan"));
    return new Place("lan", enter);
  }

  private static void assertAnswers(Place from, String address) {
    assertTrue(
        Wait.holds(LIMIT, () -> answers(from, address)),
        () ->
            from.name() + " -> " + address + "\n" + Shell.script(from, "wg show; ip route").out());
  }

  private static boolean answers(Place from, String address) {
    return Shell.script(from, "ping -c1 -W1 " + address).ok();
  }

  private static void weft(String... args) {
    SharedLab.lab().weft(args).orThrow();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }
}
