package dev.weft.agent.config;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.log.LogFormat;
import dev.weft.log.LogLevel;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads flags ({@code --flag value} or {@code --flag=value}) and environment. Pure. */
public final class OptionReader {
  private static final Pattern OBJECT_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  private final Map<Option, String> values = new EnumMap<>(Option.class);
  private final Map<Option, String> sources = new EnumMap<>(Option.class);
  private Mode mode = Mode.RUN;

  private OptionReader() {}

  /**
   * The options.
   *
   * @throws OptionException for the first that is bad; the text names flag, value and fix
   */
  public static AgentOptions read(List<String> arguments, Map<String, String> environment)
      throws OptionException {
    var reader = new OptionReader();
    reader.readEnvironment(environment);
    reader.readArguments(arguments);
    return reader.options();
  }

  /** The text of {@code --help}. */
  public static String help() {
    var text = new StringBuilder("weft-agent [FLAG…]: joins this node to its WireGuard mesh\n\n");
    for (var o : Option.values()) {
      var name = o.flag + " VALUE";
      text.append("  %-28s %s%n".formatted(name, o.meaning));
      var fallback = o.fallback.isEmpty() ? "" : ", default " + o.fallback;
      text.append("  %-28s (environment %s%s)%n".formatted("", o.variable, fallback));
    }
    text.append("  %-28s %s%n".formatted("--cleanup", "remove all that is Weft's from this node"));
    text.append(
        "  %-28s %s%n".formatted("--forget", "the same, and the node's private key with it"));
    text.append(
        "  %-28s %s%n"
            .formatted("--restore", "bring the data plane up from the checkpoint, and end"));
    text.append("  %-28s %s%n".formatted("--version", "print the version"));
    return text.toString();
  }

  private void readEnvironment(Map<String, String> environment) {
    for (var option : Option.values()) {
      var value = environment.get(option.variable);
      values.put(option, value == null || value.isEmpty() ? option.fallback : value);
      sources.put(option, option.variable);
    }
  }

  private void readArguments(List<String> arguments) throws OptionException {
    for (var rest = arguments.iterator(); rest.hasNext(); ) {
      var argument = rest.next();
      switch (argument) {
        case "--cleanup" -> mode = Mode.CLEAN_UP;
        case "--restore" -> mode = Mode.RESTORE;
        case "--forget" -> mode = Mode.FORGET;
        case "--version" -> mode = Mode.VERSION;
        case "--help", "-h" -> mode = Mode.HELP;
        default -> {
          int equals = argument.indexOf('=');
          var flag = equals < 0 ? argument : argument.substring(0, equals);
          var option = option(flag);
          if (equals < 0 && !rest.hasNext()) {
            throw new OptionException(flag + " needs a value: " + option.meaning);
          }
          values.put(option, equals < 0 ? rest.next() : argument.substring(equals + 1));
          sources.put(option, flag);
        }
      }
    }
  }

  private static Option option(String flag) throws OptionException {
    for (var option : Option.values()) {
      if (option.flag.equals(flag)) {
        return option;
      }
    }
    throw new OptionException("unknown flag '" + flag + "'; --help lists them");
  }

  private AgentOptions options() throws OptionException {
    return new AgentOptions(
        mode,
        nodeName(),
        path(Option.STATE_DIR),
        path(Option.RUN_DIR),
        path(value(Option.HOST_RUN_DIR).isEmpty() ? Option.RUN_DIR : Option.HOST_RUN_DIR),
        path(Option.WIREGUARD_SOCKET_DIR),
        path(Option.CNI_CONF_DIR),
        path(Option.CNI_BIN_DIR),
        path(Option.CNI_ADDRESS_DIR),
        path(Option.CNI_RESULT_DIR),
        optionalPath(Option.CNI_PLUGINS_FROM),
        address(Option.HTTP_ADDRESS),
        address(Option.METRICS_ADDRESS),
        namespace(),
        optionalPath(Option.KUBECONFIG),
        probeInterval(),
        named(Option.LOG_LEVEL, LogLevel::of),
        named(Option.LOG_FORMAT, LogFormat::of));
  }

  private String value(Option option) {
    return values.getOrDefault(option, option.fallback);
  }

  private OptionException bad(Option option, String fix) {
    var source = sources.getOrDefault(option, option.flag);
    return new OptionException("%s '%s': %s".formatted(source, value(option), fix));
  }

  private String nodeName() throws OptionException {
    var name = value(Option.NODE_NAME);
    if ((mode == Mode.RUN || mode == Mode.RESTORE) && name.isEmpty()) {
      throw new OptionException(
          "WEFT_NODE_NAME is not set: give it the name of this node's Node object (in a pod, from"
              + " fieldRef spec.nodeName), or use --node-name");
    }
    if (!name.isEmpty() && !OBJECT_NAME.matcher(name).matches()) {
      throw bad(
          Option.NODE_NAME,
          "not the name of a Node: lower-case letters, digits, '-' and '.', as kubectl get nodes"
              + " prints it");
    }
    return name;
  }

  private String namespace() throws OptionException {
    if (!OBJECT_NAME.matcher(value(Option.AGENT_NAMESPACE)).matches()) {
      throw bad(Option.AGENT_NAMESPACE, "not the name of a namespace");
    }
    return value(Option.AGENT_NAMESPACE);
  }

  private Path path(Option option) throws OptionException {
    try {
      var path = Path.of(value(option));
      if (!path.isAbsolute()) {
        throw bad(option, "not an absolute path");
      }
      return path.normalize();
    } catch (InvalidPathException e) {
      throw bad(option, "not a path");
    }
  }

  private Optional<Path> optionalPath(Option option) throws OptionException {
    return value(option).isEmpty() ? Optional.empty() : Optional.of(path(option));
  }

  private Duration probeInterval() throws OptionException {
    try {
      int seconds = Durations.seconds(value(Option.PROBE_INTERVAL));
      if (seconds <= 3600) {
        return Duration.ofSeconds(seconds);
      }
    } catch (IllegalArgumentException e) {
      // reported below, with the fix
    }
    throw bad(Option.PROBE_INTERVAL, "write a duration of 0s to 1h, such as 10s");
  }

  /** What a function makes of a name; its refusal is reported with the flag. */
  private <T> T named(Option option, Function<String, T> of) throws OptionException {
    try {
      return of.apply(value(option));
    } catch (IllegalArgumentException e) {
      throw bad(option, "write " + option.meaning);
    }
  }

  private Optional<InetSocketAddress> address(Option option) throws OptionException {
    var text = value(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    var host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      boolean sane = colon >= 0 && (bracketed || host.indexOf(':') < 0);
      if (sane && port >= 0 && port <= 65535) {
        var name = bracketed ? host.substring(1, host.length() - 1) : host;
        return Optional.of(
            name.isEmpty()
                ? new InetSocketAddress(port)
                : InetSocketAddress.createUnresolved(name, port));
      }
    } catch (NumberFormatException e) {
      // reported below, with the fix
    }
    throw bad(option, "write host:port with a port of 0 to 65535, IPv6 in brackets");
  }
}
