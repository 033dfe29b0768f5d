package dev.weft.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionReaderTest {
  private static final Map<String, String> NODE = Map.of("WEFT_NODE_NAME", "aws-1");

  @Test
  void defaultsAreThoseOfAnInstalledAgent() throws OptionException {
    var options = OptionReader.read(List.of(), NODE);
    assertEquals(Mode.RUN, options.mode());
    assertEquals("aws-1", options.nodeName());
    assertEquals(Path.of("/var/lib/weft"), options.stateDirectory());
    assertEquals(Path.of("/etc/cni/net.d"), options.cniConfDirectory());
    assertEquals("weft-agents", options.namespace());
    var address = options.httpAddress().orElseThrow();
    assertEquals("127.0.0.1:9586", address.getHostString() + ":" + address.getPort());
  }

  @Test
  void flagWinsOverTheEnvironment() throws OptionException {
    var environment = Map.of("WEFT_NODE_NAME", "a", "WEFT_STATE_DIR", "/env");
    var options = OptionReader.read(List.of("--state-dir=/flag", "--node-name", "b"), environment);
    assertEquals(Path.of("/flag"), options.stateDirectory());
    assertEquals("b", options.nodeName());
  }

  @Test
  void everyOptionIsHonouredFromEitherSide() throws OptionException {
    for (var option : Option.values()) {
      var value = valueFor(option);
      var flag = OptionReader.read(List.of("--node-name", "n", option.flag, value), Map.of());
      var shown =
          switch (option) {
            case HTTP_ADDRESS, METRICS_ADDRESS -> "10.0.0.9";
            case PROBE_INTERVAL -> "PT37S";
            default -> value;
          };
      var environment = new HashMap<>(NODE);
      environment.put(option.variable, value);
      var variable = OptionReader.read(List.of(), environment);
      assertTrue(flag.toString().contains(shown), option.flag);
      assertTrue(variable.toString().contains(shown), option.variable);
    }
  }

  private static String valueFor(Option option) {
    return switch (option) {
      case NODE_NAME, AGENT_NAMESPACE -> "other";
      case STATE_DIR,
          RUN_DIR,
          HOST_RUN_DIR,
          WIREGUARD_SOCKET_DIR,
          CNI_CONF_DIR,
          CNI_BIN_DIR,
          CNI_ADDRESS_DIR,
          CNI_RESULT_DIR,
          CNI_PLUGINS_FROM,
          KUBECONFIG ->
          "/x";
      case HTTP_ADDRESS, METRICS_ADDRESS -> "10.0.0.9:80";
      case PROBE_INTERVAL -> "37s";
      case LOG_LEVEL -> "TRACE";
      case LOG_FORMAT -> "JSON";
    };
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --node-name     | Upper           | not the name of a Node
          --state-dir     | relative        | not an absolute path
          --http-address  | 9586            | write host:port
          --http-address  | 127.0.0.1:x     | write host:port
          --http-address  | ::1:80          | write host:port
          --http-address  | 127.0.0.1:65536 | write host:port
          --metrics-address | 9588          | write host:port
          --probe-interval | often          | write a duration
          --probe-interval | 2h             | write a duration
          --log-level     | loud            | error, warn, info
          --log-format    | xml             | text or json
          --namespace     | A/b             | not the name of a namespace
          --no-such-flag  | x               | --help lists them
          """)
  void badValueIsOneLineThatNamesFlagAndValue(String flag, String value, String fix) {
    var e =
        assertThrows(OptionException.class, () -> OptionReader.read(List.of(flag, value), NODE));
    var message = String.valueOf(e.getMessage());
    assertTrue(message.contains(flag) && message.contains(fix), message);
    assertEquals(-1, message.indexOf('\n'));
  }

  @Test
  void httpAddressTakesBracketsAndMayBeLeftOut() throws OptionException {
    var ipv6 = OptionReader.read(List.of("--http-address", "[::1]:80"), NODE);
    assertEquals("::1", ipv6.httpAddress().orElseThrow().getHostString());
    // A flag may say empty; a variable that is empty counts as absent.
    assertEquals(
        Optional.empty(), OptionReader.read(List.of("--http-address="), NODE).httpAddress());
  }

  @Test
  void missingNodeNameTellsWhereItComesFrom() {
    var e = assertThrows(OptionException.class, () -> OptionReader.read(List.of(), Map.of()));
    assertTrue(String.valueOf(e.getMessage()).contains("spec.nodeName"));
  }

  @Test
  void cleanUpNeedsNoNodeName() throws OptionException {
    assertEquals(Mode.CLEAN_UP, OptionReader.read(List.of("--cleanup"), Map.of()).mode());
  }

  @Test
  void flagWithoutItsValueIsAnError() {
    assertThrows(OptionException.class, () -> OptionReader.read(List.of("--state-dir"), NODE));
  }

  @Test
  void helpNamesEveryFlagAndVariable() {
    var help = OptionReader.help();
    for (var option : Option.values()) {
      assertTrue(help.contains(option.flag) && help.contains(option.variable), option.flag);
    }
  }
}
