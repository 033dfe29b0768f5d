package dev.weft.cli.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ImportCommandTest {
  private static final String KEY = "Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=";
  private static final String SECRET = "YNILq6FM3NZbvskuBRLq2QqxFJtB2yAAKyHeN8Ng9Gc=";
  private static final String SECOND = "tJ8MEngY2D8fcS22p//vSb/5NiEfSVIqD0/qAb040Bg=";
  private static final String THIRD = "MCEmyakwpKpuSpvOwiHZeLoH0nTmz3sO4wc/H1t7klA=";

  @TempDir Path folder;

  private record Run(int code, String out, String err) {}

  @Test
  void eachPeerBecomesAPeerAndWhatIsNotCarriedIsSaid() throws IOException {
    var run =
        run(
            """
            [Interface]
            PrivateKey = %1$s
            Address = 10.8.0.1/24
            PostUp = iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
            PostUp = /root/notify.sh

            # Alice's laptop
            [Peer]
            PublicKey = %2$s
            PresharedKey = %1$s
            AllowedIPs = 10.8.0.2/32, 192.168.7.5/24
            Endpoint = [2001:db8::7]:51820
            PersistentKeepalive = 25
            """
                .formatted(SECRET, KEY));
    assertEquals(1, run.code());
    assertEquals(
        """
        ---
        apiVersion: "weft.dev/v1alpha1"
        kind: "Peer"
        metadata:
          name: "alice-s-laptop"
        spec:
          publicKey: "%s"
          presharedKeySecretRef:
            name: "alice-s-laptop-psk"
          allowedIPs:
          - "10.8.0.2/32"
          - "192.168.7.0/24"
          endpoint:
            host: "2001:db8::7"
            port: 51820
          persistentKeepalive: "25s"
        """
            .formatted(KEY),
        run.out());
    assertFalse((run.out() + run.err()).contains(SECRET));
    assertTrue(run.err().contains("line 4, PostUp: not needed"), run.err());
    assertTrue(run.err().contains("line 5, PostUp: can't be carried"), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello | line 1 is no 'Name = value' of a section",
        "[Peers] | line 1: '[Peers]' is neither [Interface] nor [Peer]",
        "'' | has neither [Interface] nor [Peer]; it is no file of wg-quick's"
      })
  void aMalformedFileIsOneLineThatNamesIt(String text, String message) throws IOException {
    var run = run(text.replace("\\n", "\n"));
    assertEquals(2, run.code());
    assertEquals("", run.out());
    assertEquals("weft: " + folder.resolve("wg0.conf") + ": " + message + "\n", run.err());
  }

  @Test
  void aSecretThatStandsInTheWrongPlaceIsNotRepeated() throws IOException {
    var run = run("[Peer]\nPublicKey = " + SECRET + "x\n");
    assertEquals(2, run.code()); // no peer could be read
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count());
    assertFalse(run.err().contains(SECRET), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inside | [Peer];# alice;K=1;[Peer];# bob;K=2;[Peer];# carol;K=3 | alice bob carol",
        "inside, apart | [Peer];# alice;K=1;;[Peer];# bob;K=2;;[Peer];# carol;K=3 | alice bob carol",
        "above | # alice;[Peer];K=1;# bob;[Peer];K=2 | alice bob",
        "above, apart | # Server;[Interface];;# alice;[Peer];K=1;;# bob;[Peer];K=2 | alice bob",
        "below the values | [Peer];K=1;# alice;;[Peer];K=2;# bob | alice bob",
        "a headline of all | # Clients;;[Peer];# alice;K=1 | alice",
        "a setting's | [Interface];# the uplink;ListenPort = 1;[Peer];K=1 | -",
        "either's | [Peer];K=1;# bob;[Peer];K=2 | - -",
        "begin and end | # BEGIN_PEER alice;[Peer];K=1;# END_PEER alice;# BEGIN_PEER bob;[Peer];K=2;# END_PEER bob | alice bob",
        "pivpn's | ### begin alice ###;[Peer];K=1;### end alice ###;### begin bob ###;[Peer];K=2 | alice bob",
        "an exporter's | [Peer];# friendly_name = alice;K=1 | alice",
        "beside | [Peer] # alice;K=1;[Peer];K=2 # bob | alice bob",
        "switched off | [Peer];# alice;K=1;;# bob;# [Peer];# AllowedIPs = 10.0.0.9/32;;[Peer];# carol;K=2 | alice carol",
        "not ASCII | # J\u00fcrgen;[Peer];K=1 | jurgen",
      })
  void aCommentNamesThePeerThatItStandsInOrAbove(String layout, String text, String names)
      throws IOException {
    var file =
        text.replace(';', '\n')
            .replace("K=1", "PublicKey = " + KEY)
            .replace("K=2", "PublicKey = " + SECOND)
            .replace("K=3", "PublicKey = " + THIRD);
    assertEquals(names, names(run(file)), layout);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PrivateKey = %s",
        "privatekey: %s",
        "PresharedKey=%s",
        "old key %s",
        "%s",
        "key:%s of alice",
        "was YNILq6FM3NZbvskuBRLq2QqxFJtB2yAAKyHeN8Ng9G",
        "608260d08baba14dccd65bbec92e0512ead90ab1149b41db20002b21de37c360f467",
        "YNILq6FM3NZbvsku BRLq2QqxFJtB2yAA KyHeN8Ng9Gc=",
        "YNILq6FM3NZbvskuBRLq2QqxFJtB2yAA-yHeN8Ng_Gc",
        "alice: YNILq6FM3NZbvsku_RLq2QqxFJtB2yAA-yHeN8Ng9Gc.",
        "YNILq6FM3NZbvsku-BRLq2QqxFJtB2yAA-KyHeN8Ng9Gc",
        "private key is ynilq6fm",
        "psk ynilq6fm",
        "Password: ynilq6fm"
      })
  void aCommentThatHoldsAKeyNamesNothing(String comment) throws IOException {
    var secret = comment.formatted(SECRET);
    for (var text :
        List.of(
            "# " + secret + "\n[Peer]\nPublicKey = " + KEY,
            "[Peer]\nPublicKey = " + KEY + "\n# " + secret + "\nAllowedIPs = 10.0.0.1/32",
            "[Interface]\n# " + secret + "\n\n[Peer] # " + secret + "\nPublicKey = " + KEY)) {
      var run = run(text);
      assertEquals("-", names(run));
      assertFalse(
          (run.out() + run.err())
              .toLowerCase(Locale.ROOT)
              .matches("(?s).*(ynilq6fm|608260d0|bbec92e0).*"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iptables -A FORWARD -i %i -j ACCEPT; iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE | not needed: agents accept what the mesh forwards; not needed: agents masquerade what leaves the mesh",
        "iptables -D FORWARD -i %i -j ACCEPT | not needed: agents accept",
        "iptables -I FORWARD -i %i -o %i -j REJECT | not carried: it isolates",
        "iptables -A FORWARD -i %i -j ACCEPT; iptables -I FORWARD -s 10.8.0.9 -j DROP | not carried: it isolates",
        "nft add rule inet filter forward iifname wg0 oifname wg0 drop | not carried: it isolates",
        "ufw route deny in on wg0 out on wg0 | not carried: it isolates",
        "iptables -A FORWARD -i %i -d 10.1.0.5 -p tcp --dport 443 -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -i %i -m set --match-set good src -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -i %i -m comment --comment good -m iprange --dst-range 10.1.0.5-10.1.0.9 -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -i %i -s10.8.0.9 -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -i %i --destination=10.1.0.5 -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -i %i -m conntrack --ctorigdst 10.1.0.5 -j ACCEPT | not carried: it accepts less",
        "iptables -w 5 -I FORWARD 1 -o %i -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -i %i -j ACCEPT; iptables -A FORWARD -o %i -m state --state related,established -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -o %i -m conntrack --ctstate NEW,RELATED,ESTABLISHED -j ACCEPT | not needed: agents accept",
        "iptables -A FORWARD -o %i --in-interface eth0 -j ACCEPT | not carried: it accepts less",
        "iptables -A FORWARD -i %i -o eth0 -j ACCEPT; iptables -A FORWARD -i eth0 -o %i -m conntrack --ctstate ESTABLISHED -j ACCEPT | not carried: it accepts less",
        "sysctl -w net.ipv4.ip_forward=0 | not carried: it isolates",
        "echo 0 > /proc/sys/net/ipv4/conf/%i/forwarding | not carried: it isolates",
        "iptables -t nat -A PREROUTING -p tcp --dport 443 -j DNAT --to 10.8.0.2; iptables -A FORWARD -j ACCEPT | can't be carried: the mesh forwards no ports",
        "firewall-cmd --add-forward-port=port=443:proto=tcp:toaddr=10.8.0.2 | can't be carried: the mesh forwards no ports",
        "iptables -t nat -A POSTROUTING -o wg0 -j MASQUERADE | can't be carried: run it yourself",
        "ip route add 192.168.7.0/24 via 10.8.0.2 dev %i; iptables -A FORWARD -i %i -j ACCEPT | can't be carried: give the prefix",
        "ip -6 route add fd00:9::/64 dev wg0 | can't be carried: give the prefix",
        "sysctl -w net.ipv4.ip_forward=1 | needed on every node: net.ipv4.ip_forward=1",
        "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu | not needed: agents clamp",
        "resolvectl revert %i | can't be carried: run it yourself",
      })
  void aHookIsNotNeededOnlyIfAllOfItIsTheAgentsWork(String hook, String verdict)
      throws IOException {
    var run = run("[Interface]\nPostUp = " + hook + "\n");
    assertTrue(run.err().contains(" line 2, PostUp: " + verdict), run.err());
    assertEquals(verdict.startsWith("not needed"), run.err().contains("not needed"), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Endpoint = VPN.Example.COM.:51820 | host: \"vpn.example.com\" | ",
        "Endpoint = 2001:db8::1:51820 | host: \"2001:db8::1\" | ",
        "Endpoint = office_gw.example.com:51820 | | line 4, Endpoint: left out",
        "Endpoint = router.3lan:51820 | | line 4, Endpoint: left out",
        "Endpoint = 127.0.0.1:51820 | | line 4, Endpoint: left out",
        "Endpoint = fe80::1%eth0:51820 | | line 4, Endpoint: left out",
        "Endpoint = 168.63.129.16:51820 | | line 4, Endpoint: left out",
        "Endpoint = [fd00:ec2::254]:80 | | line 4, Endpoint: left out",
        "Endpoint = a.localhost:51820 | | line 4, Endpoint: left out",
        "AllowedIPs = 100.100.100.200/32 | 10.8.0.2/32 | line 4, AllowedIPs: left out",
        "Endpoint = 192.0.2.9:ntp | | line 4, Endpoint: left out",
        "PersistentKeepalive = 99999 | | line 4, PersistentKeepalive: left out",
        "PersistentKeepalive = 65535 | persistentKeepalive: \"65535s\" | ",
        "AllowedIPs = fe80::/64 | 10.8.0.2/32 | line 4, AllowedIPs: left out",
        "AllowedIPs = 224.0.0.5/32 | 10.8.0.2/32 | line 4, AllowedIPs: left out",
        "AllowedIPs = 0.0.0.0/0, ::/0 | 10.8.0.2/32 | line 4, AllowedIPs: left out",
        "AllowedIPs = 0.0.0.0/1, 128.0.0.0/1 | 10.8.0.2/32 | line 4, AllowedIPs: left out",
        "AllowedIPs = ::ffff:10.8.0.2/128 | 10.8.0.2/32 | line 4, AllowedIPs: left out",
        "Allowed IPs = 10.9.0. 0/24 | 10.9.0.0/24 | ",
      })
  void whatTheApiRefusesIsLeftOutAndSaid(String setting, String printed, String said)
      throws IOException {
    var run =
        run("[ Peer ]\nPublic Key = " + KEY + "\nAllowedIPs = 10.8.0.2/32\n" + setting + "\n");
    assertTrue(run.out().contains(KEY), run.err());
    assertTrue(run.out().contains(printed == null ? "" : printed), run.out());
    assertEquals(said == null ? 0 : 1, run.code(), run.err());
    assertTrue(run.err().contains(said == null ? "" : said), run.err());
    assertTrue(printed != null || !run.out().matches("(?s).*(endpoint|Keepalive).*"), run.out());
  }

  @Test
  void aPeerHasAtMost64Prefixes() throws IOException {
    var many =
        IntStream.range(0, 70)
            .mapToObj(i -> "10.8." + i + ".0/24")
            .collect(Collectors.joining(","));
    var run = run("[Peer]\nPublicKey = " + KEY + "\nAllowedIPs = " + many + "\n");
    assertEquals(1, run.code());
    assertEquals(64, run.out().lines().filter(l -> l.startsWith("  - ")).count());
    assertTrue(run.err().contains("left out: 10.8.64.0/24, 10.8.65.0/24"), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PublicKey = short | not a public key",
        "AllowedIPs = 10.8.0.3/32 | has no public key",
        "Colour = red;PublicKey = " + SECOND + " | wg(8) has no such setting",
        "AllowedIPs = 10.0.0.300/32;PublicKey = " + SECOND + " | none of its AllowedIPs",
      })
  void aPeerThatCanNotBeReadIsLeftOutAlone(String settings, String said) throws IOException {
    var run =
        run(
            """
            [Peer]
            PublicKey = %s

            [Peer]
            %s

            [Peer]
            PublicKey = %s
            """
                .formatted(KEY, settings.replace(';', '\n'), THIRD));
    assertEquals(1, run.code());
    assertTrue(run.err().contains(said) && run.err().contains("the peer is left out"), run.err());
    assertTrue(run.out().contains(KEY) && run.out().contains(THIRD), run.out());
    assertFalse(run.out().contains(SECOND), run.out());
  }

  @Test
  void ofTwoKeysOfAPeerTheLaterCountsAsInWg() throws IOException {
    var run = run("[Peer]\nPublicKey = " + KEY + "\nPublicKey = " + SECOND + "\n");
    assertTrue(run.out().contains(SECOND), run.out());
    assertFalse(run.out().contains(KEY), run.out());
  }

  @Test
  void ofTwoPeersWithOneKeyTheLaterCountsAsInWg() throws IOException {
    var peer = "[Peer]\nPublicKey = " + KEY + "\nAllowedIPs = 10.8.0.%d/32\n";
    var run = run(peer.formatted(2) + peer.formatted(3));
    assertEquals(1, run.code());
    assertFalse(run.out().contains("10.8.0.2/32"), run.out());
    assertTrue(run.out().contains("10.8.0.3/32"), run.out());
    assertTrue(run.err().contains("line 1: the [Peer] of line 4 has the same public key"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "ISO-8859-1", "windows-1252"})
  void filesOfOtherEditorsAreRead(String charset) throws IOException {
    var mark = charset.equals("UTF-8") || charset.equals("UTF-16LE") ? "\uFEFF" : "";
    var text =
        mark + "[Interface]\r\n# f\u00fcr alle\r\n\r\n# alice\r\n[Peer]\r\nPublicKey = " + KEY;
    var run = run(text.getBytes(Charset.forName(charset)));
    assertEquals(0, run.code(), run.err());
    assertEquals("alice", names(run));
  }

  private static String names(Run run) {
    return run.out()
        .lines()
        .filter(l -> l.startsWith("  name: "))
        .map(l -> l.substring("  name: ".length()).replace("\"", ""))
        .map(n -> n.startsWith("peer-") ? "-" : n)
        .collect(Collectors.joining(" "));
  }

  private Run run(String text) throws IOException {
    return run(text.getBytes(StandardCharsets.UTF_8));
  }

  private Run run(byte[] text) throws IOException {
    var file = folder.resolve("wg0.conf");
    Files.write(file, text);
    var out = new StringWriter();
    var err = new StringWriter();
    var command =
        Main.withErrors(
            new CommandLine(new ImportCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err)));
    int code = command.execute(file.toString());
    return new Run(code, out.toString(), err.toString());
  }
}
