package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.Overlay;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import dev.weft.mesh.snapshot.MeshInput;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Vets a mesh's own spec; a spec with an error leaves the accepted one in force. */
final class MeshCheck {
  private final String name;
  private final WireGuardMeshSpec spec;
  private final List<Problem> problems = new ArrayList<>();

  private MeshCheck(String name, WireGuardMeshSpec spec) {
    this.name = name;
    this.spec = spec;
  }

  static MeshDecision check(MeshInput mesh) {
    var problems = new MeshCheck(mesh.name(), mesh.spec()).problems();
    boolean sound = problems.stream().noneMatch(p -> p.severity() == Severity.ERROR);
    if (sound) {
      return new MeshDecision(mesh.name(), List.of(mesh.spec()), problems);
    }
    // status.effective was sound when it was written, unless somebody else wrote it.
    var fallback =
        mesh.effective().stream()
            .filter(
                e ->
                    new MeshCheck(mesh.name(), e)
                        .problems().stream().noneMatch(p -> p.severity() == Severity.ERROR))
            .toList();
    return new MeshDecision(mesh.name(), fallback, problems);
  }

  private List<Problem> problems() {
    var ranges = new PrefixIndex<String>();
    ranges("spec.addresses", spec.addresses(), ranges);
    ranges("spec.podCIDRs", spec.podCIDRs(), ranges);
    ranges("spec.serviceCIDRs", spec.serviceCIDRs(), ranges);
    oneRangePerFamily();
    prefixes("spec.nodeCIDRs", spec.nodeCIDRs());
    prefixes("spec.allowedLocationCIDRs", spec.allowedLocationCIDRs());
    spec.clientDNS().forEach(a -> address("spec.clientDNS", a));
    numbers();
    besideCalico();
    notYet();
    return List.copyOf(problems);
  }

  private void ranges(String field, List<String> texts, PrefixIndex<String> ranges) {
    for (var prefix : prefixes(field, texts)) {
      var other = ranges.overlapping(prefix);
      if (other.isPresent()) {
        error(
            field,
            "OverlappingRanges",
            "%s overlaps %s in %s; choose ranges that do not meet"
                .formatted(prefix, other.get().getKey(), other.get().getValue()));
      }
      ranges.add(prefix, field);
    }
  }

  private void oneRangePerFamily() {
    var families = EnumSet.noneOf(Family.class);
    for (var text : spec.addresses()) {
      var family = text.indexOf(':') < 0 ? Family.IPV4 : Family.IPV6;
      if (!families.add(family)) {
        error(
            "spec.addresses",
            "TwoRangesOfAFamily",
            "'%s' is the second range of its family; give one per family".formatted(text));
      }
    }
  }

  private List<Prefix> prefixes(String field, List<String> texts) {
    var prefixes = new ArrayList<Prefix>();
    for (int i = 0; i < texts.size(); i++) {
      try {
        prefixes.add(Prefix.parse(texts.get(i)));
      } catch (IllegalArgumentException e) {
        error(field + "[" + i + "]", "InvalidPrefix", String.valueOf(e.getMessage()));
      }
    }
    return prefixes;
  }

  private void address(String field, String text) {
    try {
      IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      error(field, "InvalidAddress", String.valueOf(e.getMessage()));
    }
  }

  private void numbers() {
    int port = spec.device().port();
    if (port < 1 || port > 65535) {
      error("spec.device.port", "InvalidPort", port + " is not between 1 and 65535");
    }
    var mtu = spec.device().mtu();
    if (mtu != null && (mtu < 1280 || mtu > 65455)) {
      error("spec.device.mtu", "InvalidMTU", mtu + " is not between 1280 and 65455");
    }
    if (!spec.device().name().matches("[A-Za-z0-9_.-]{1,13}")) {
      error(
          "spec.device.name",
          "InvalidName",
          "'%s' is no link name of at most 13 characters".formatted(spec.device().name()));
    }
    try {
      if (Durations.seconds(spec.persistentKeepalive()) > 65535) {
        error("spec.persistentKeepalive", "InvalidDuration", "more than 65535s");
      }
    } catch (IllegalArgumentException e) {
      error("spec.persistentKeepalive", "InvalidDuration", String.valueOf(e.getMessage()));
    }
    var routing = spec.routing();
    if ((routing.firewallMark() & ~routing.firewallMask()) != 0 || routing.firewallMark() == 0) {
      error(
          "spec.routing.firewallMark",
          "InvalidMark",
          "0x%x must not be 0 and must lie within firewallMask 0x%x"
              .formatted(routing.firewallMark(), routing.firewallMask()));
    }
  }

  /** The kernel gives IPIP to a link with a local address before tunl0, which has none. */
  private void besideCalico() {
    var encapsulation = spec.encapsulation();
    if (spec.overlay() == Overlay.CALICO
        && encapsulation.protocol() == EncapsulationProtocol.IPIP
        && encapsulation.mode() != EncapsulationMode.NEVER) {
      problems.add(
          Problem.warning(
              "WireGuardMesh",
              name,
              "spec.encapsulation.protocol",
              "IPIPBesideCalico",
              "'IPIP' makes a link that takes the packets of Calico's tunl0 as well; write Auto or VXLAN, unless Calico's IP pools use no IPIP"));
    }
  }

  /** What the API has and this version does not do yet is said, not passed over. */
  private void notYet() {
    if (spec.gatewaysPerLocation() > 1) {
      notYet(
          "spec.gatewaysPerLocation",
          spec.gatewaysPerLocation(),
          "one gateway per location is used");
    }
  }

  private void notYet(String field, Object value, String instead) {
    problems.add(
        Problem.warning(
            "WireGuardMesh",
            name,
            field,
            "NotSupportedYet",
            "'" + value + "' is not supported yet: " + instead));
  }

  private void error(String field, String reason, String message) {
    problems.add(Problem.error("WireGuardMesh", name, field, reason, message));
  }
}
