package dev.weft.e2e.capture;

import static dev.weft.e2e.capture.Frames.ip;
import static dev.weft.e2e.capture.Frames.tcp;
import static dev.weft.e2e.capture.Frames.udp;
import static dev.weft.e2e.capture.Frames.wireGuard;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.net.Prefix;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierTest {
  private static final String API = "192.0.2.10";
  private static final String RESOLVER = "203.0.113.253";
  private static final String AWS = "192.0.2.11";
  private static final String GCP = "198.51.100.11";
  private static final byte[] TEXT = "hello over there".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLIENT_HELLO = {0x16, 3, 1, 2, 0, 1};
  private static final int SYN = 0x02;
  private static final int ACK = 0x10;

  private final Classifier classifier =
      new Classifier(
          ip(API), 6443, ip(RESOLVER), Set.of(ip(RESOLVER)), List.of(Prefix.parse("10.20.0.0/24")));

  @ParameterizedTest
  @CsvSource({"1,148", "2,92", "3,64", "4,32", "4,128", "4,1452"})
  void wireGuardMessagesMayCross(int type, int length) {
    classifier.accept(udp(AWS, 51820, GCP, 51820, wireGuard(type, length)));
    assertEquals(1, classifier.verdict().count(Kind.WIREGUARD));
    assertTrue(classifier.verdict().clean());
  }

  @Test
  void privateAddressesThatAreRoutedMayCallEachOtherByWireGuardOnly() {
    classifier.accept(udp("10.20.0.11", 51820, "10.20.0.12", 51820, wireGuard(4, 64)));
    assertTrue(classifier.verdict().clean());
    classifier.accept(udp("10.20.0.11", 51820, "10.21.0.12", 51820, wireGuard(4, 64)));
    assertCaught("private address: UDP 10.20.0.11:51820 > 10.21.0.12:51820");
    classifier.accept(udp("10.20.0.11", 4000, "10.20.0.12", 4000, TEXT));
    assertEquals(2, classifier.verdict().violationCount());
  }

  @ParameterizedTest
  @CsvSource({"0,32", "1,147", "2,148", "3,65", "4,31", "5,64"})
  void whatIsNotWireGuardIsCaughtOnItsPortToo(int type, int length) {
    classifier.accept(udp(AWS, 51820, GCP, 51820, wireGuard(type, length)));
    assertCaught("not allowed: UDP 192.0.2.11:51820 > 198.51.100.11:51820");
  }

  @Test
  void reservedBytesMustBeZero() {
    var message = wireGuard(4, 64);
    message[2] = 1;
    classifier.accept(udp(AWS, 51820, GCP, 51820, message));
    assertCaught("not allowed: UDP");
  }

  @Test
  void plaintextIsCaught() {
    classifier.accept(udp(AWS, 4000, GCP, 4000, TEXT));
    assertCaught("not allowed: UDP 192.0.2.11:4000 > 198.51.100.11:4000, 24 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "10.42.1.2,198.51.100.11",
    "192.0.2.11,10.42.3.2",
    "192.168.77.11,192.0.2.11",
    "100.64.0.1,192.0.2.11",
    "169.254.1.1,192.0.2.11",
    "172.31.0.1,192.0.2.11"
  })
  void privateAddressesAreCaughtWhateverTheyCarry(String from, String to) {
    classifier.accept(udp(from, 51820, to, 51820, wireGuard(4, 64)));
    assertCaught("private address: UDP " + from);
  }

  @Test
  void tlsToTheApiServerMayCrossInBothDirections() {
    classifier.accept(tcp(GCP, 40000, API, 6443, 100, SYN, new byte[0]));
    classifier.accept(tcp(API, 6443, GCP, 40000, 900, SYN | ACK, new byte[0]));
    classifier.accept(tcp(GCP, 40000, API, 6443, 101, ACK, CLIENT_HELLO));
    classifier.accept(tcp(API, 6443, GCP, 40000, 901, ACK, CLIENT_HELLO));
    classifier.accept(tcp(GCP, 40000, API, 6443, 107, ACK, TEXT));
    assertTrue(classifier.verdict().clean(), () -> classifier.verdict().toString());
    assertEquals(5, classifier.verdict().count(Kind.API_TLS));
  }

  @Test
  void plaintextToTheApiServerIsCaught() {
    classifier.accept(tcp(GCP, 40000, API, 6443, 100, SYN, new byte[0]));
    classifier.accept(tcp(GCP, 40000, API, 6443, 101, ACK, TEXT));
    assertCaught("not allowed: TCP 198.51.100.11:40000 > 192.0.2.10:6443");
  }

  @Test
  void tcpToOthersIsCaught() {
    classifier.accept(tcp(GCP, 40000, AWS, 6443, 100, SYN, new byte[0]));
    assertCaught("not allowed: TCP");
  }

  @Test
  void theResolverMayBeAskedAndOthersMayNot() {
    classifier.accept(udp(AWS, 5000, RESOLVER, 53, TEXT));
    classifier.accept(udp(RESOLVER, 53, AWS, 5000, TEXT));
    assertEquals(2, classifier.verdict().count(Kind.DNS));
    classifier.accept(udp(AWS, 5000, GCP, 53, TEXT));
    assertCaught("not allowed: UDP");
  }

  @Test
  void errorsAboutAllowedPacketsMayCross() {
    var tunnel = udp(AWS, 51820, GCP, 51820, wireGuard(1, 148));
    classifier.accept(tunnel);
    classifier.accept(Frames.unreachable(GCP, AWS, tunnel));
    assertEquals(1, classifier.verdict().count(Kind.ICMP_ERROR));
    assertTrue(classifier.verdict().clean());
  }

  @Test
  void errorsAboutOtherPacketsAreCaught() {
    classifier.accept(Frames.unreachable(GCP, AWS, udp(AWS, 1, GCP, 2, TEXT)));
    assertCaught("not allowed: ICMP");
  }

  @Test
  void theRestOfAnAllowedPacketMayCrossAndAnotherMayNot() {
    classifier.accept(Frames.fragment(AWS, GCP, 7, 185, TEXT));
    assertCaught("not allowed: UDP 192.0.2.11 > 198.51.100.11");
  }

  @Test
  void addressResolutionMayOnlyNamePublicAddresses() {
    classifier.accept(Frames.arp("192.0.2.2", "192.0.2.1"));
    assertEquals(1, classifier.verdict().count(Kind.ARP));
    classifier.accept(Frames.arp("192.0.2.2", "10.42.0.1"));
    assertCaught("ARP for a private address");
  }

  @Test
  void cutFramesAreCaughtAndDontStopTheRest() {
    classifier.accept(new Frame(java.time.Instant.EPOCH, java.nio.ByteBuffer.allocate(9)));
    classifier.accept(udp(AWS, 51820, GCP, 51820, wireGuard(4, 64)));
    assertEquals(1, classifier.verdict().violationCount());
    assertEquals(1, classifier.verdict().count(Kind.WIREGUARD));
  }

  private void assertCaught(String beginning) {
    var verdict = classifier.verdict();
    assertEquals(1, verdict.violationCount());
    var reason = verdict.violations().getFirst().reason();
    assertTrue(reason.startsWith(beginning), reason);
  }
}
