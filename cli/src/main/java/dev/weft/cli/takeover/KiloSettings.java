package dev.weft.cli.takeover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What kg was given by its flags, with its defaults (kg --help of Kilo 0.7).
 *
 * @param granularity {@code location}, {@code full}, {@code cross}
 * @param subnet of its WireGuard addresses
 * @param port of its WireGuard
 * @param encapsulate {@code never}, {@code crosssubnet}, {@code always}
 * @param compatibility {@code flannel}, {@code cilium}; empty: none
 * @param device name of its link
 * @param topologyLabel Node label of the location
 * @param serviceCIDRs as given
 * @param attachesPods whether it writes the CNI configuration
 * @param mtu as given; empty: its default
 */
record KiloSettings(
    String granularity,
    String subnet,
    int port,
    String encapsulate,
    String compatibility,
    String device,
    String topologyLabel,
    List<String> serviceCIDRs,
    boolean attachesPods,
    String mtu) {
  KiloSettings {
    serviceCIDRs = List.copyOf(serviceCIDRs);
  }

  /** From arguments {@code --name=value}, {@code --name value} and {@code --name}. */
  static KiloSettings of(List<String> arguments) {
    Map<String, List<String>> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      var argument = arguments.get(i);
      if (!argument.startsWith("-")) {
        continue;
      }
      var name = argument.replaceFirst("^--?", "").replaceFirst("=.*", "");
      boolean isNext =
          !argument.contains("=")
              && i + 1 < arguments.size()
              && !arguments.get(i + 1).startsWith("-");
      var value =
          argument.contains("=")
              ? argument.substring(argument.indexOf('=') + 1)
              : isNext ? arguments.get(i + 1) : "true";
      values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
    return new KiloSettings(
        last(values, "mesh-granularity", "location"),
        last(values, "subnet", "10.4.0.0/16"),
        number(last(values, "port", "51820")),
        last(values, "encapsulate", "always"),
        last(values, "compatibility", ""),
        last(values, "interface", "kilo0"),
        last(values, "topology-label", "topology.kubernetes.io/region"),
        values.getOrDefault("service-cidr", List.of()).stream()
            .flatMap(v -> List.of(v.split(",", -1)).stream())
            .toList(),
        !last(values, "cni", "true").equals("false"),
        last(values, "mtu", ""));
  }

  private static String last(Map<String, List<String>> values, String name, String otherwise) {
    var given = values.getOrDefault(name, List.of());
    return given.isEmpty() ? otherwise : given.getLast();
  }

  private static int number(String text) {
    return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 51820;
  }
}
