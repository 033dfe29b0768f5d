package dev.weft.cli.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.cli.host.HostCommand;
import dev.weft.cli.host.HostTools;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a connection has to know of its host, as ip(8) prints it. */
final class HostReading {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAIN = 254;

  private HostReading() {}

  /** The families that the host speaks. */
  static List<Family> families() {
    return Files.exists(Path.of("/proc/net/if_inet6"))
        ? Arrays.asList(Family.values())
        : List.of(Family.IPV4);
  }

  /** Destinations of the host's own routes in main, without its default ones. */
  static List<Prefix> known(String device) {
    var known = new ArrayList<Prefix>();
    for (var family : families()) {
      for (var route : json("ip -j -%s route show table main", family)) {
        var destination = route.path("dst").asText();
        boolean linkLocal = destination.startsWith("fe80:");
        if (!destination.equals("default")
            && !linkLocal
            && !route.path("dev").asText().equals(device)) {
          known.add(Prefix.parseMasked(destination));
        }
      }
    }
    return known;
  }

  /** Numbers that are free. */
  static Numbers freeNumbers(String device) {
    Set<Integer> tables = new HashSet<>();
    Set<Integer> priorities = new HashSet<>();
    for (var family : families()) {
      json("ip -j -%s route show table all", family)
          .forEach(r -> tables.add(r.path("table").asInt(MAIN)));
      for (var rule : json("ip -j -%s rule show", family)) {
        priorities.add(rule.path("priority").asInt());
        tables.add(rule.path("table").asInt(MAIN));
      }
    }
    return Numbers.free(device, tables, priorities);
  }

  static boolean hasLink(String device) {
    return Files.exists(Path.of("/sys/class/net", device));
  }

  private static JsonNode json(String words, Family family) {
    var text = HostTools.must(HostCommand.of(words.formatted(HostChanges.digit(family)))).strip();
    try {
      return JSON.readTree(text.isEmpty() ? "[]" : text);
    } catch (JsonProcessingException e) {
      throw new dev.weft.cli.InputException(
          "'%s' prints no JSON; iproute2 5.0 or newer is needed".formatted(words));
    }
  }
}
