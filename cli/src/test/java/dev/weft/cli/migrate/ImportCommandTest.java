package dev.weft.cli.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ImportCommandTest {
  private static final String KEY = "Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=";
  private static final String SECRET = "YNILq6FM3NZbvskuBRLq2QqxFJtB2yAAKyHeN8Ng9Gc=";

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
        "[Peer]\\nAllowedIPs = 10.0.0.300/32 | line 2, AllowedIPs: '10.0.0.300' is not an IP address",
        "[Peer]\\nAllowedIPs = 10.0.0.3/32 | line 1: [Peer] has 0 public keys; it has to have one",
        "[Interface]\\nColour = red | line 2, Colour: wg-quick(8) has no such setting",
        "[Peer]\\nEndpoint = x | line 2, Endpoint: 'x' is not an endpoint; write host:port, with IPv6 in brackets",
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
    assertEquals(2, run.code());
    assertEquals(1, run.err().lines().count());
  }

  private Run run(String text) throws IOException {
    var file = folder.resolve("wg0.conf");
    Files.writeString(file, text);
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
