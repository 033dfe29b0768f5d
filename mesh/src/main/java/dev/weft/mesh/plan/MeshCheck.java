package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.Overlay;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.label.LabelSelection;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.problem.Quote;
import dev.weft.mesh.snapshot.MeshInput;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Vets a mesh's own spec; a spec with an error leaves the accepted one in force. */
final class MeshCheck {
  private final WireGuardMeshSpec spec;
  private final Problems problems;

  private MeshCheck(String name, WireGuardMeshSpec spec) {
    this.spec = spec;
    this.problems = new Problems("WireGuardMesh", name);
  }

  static MeshDecision check(MeshInput mesh) {
    var problems = problems(mesh.name(), mesh.spec());
    if (!problems.hasErrors()) {
      return new MeshDecision(
          mesh.name(), List.of(mesh.spec().forOlderAgents()), problems.toList());
    }
    // status.effective was sound when it was written, unless somebody else wrote it.
    var fallback =
        mesh.effective().stream().filter(e -> !problems(mesh.name(), e).hasErrors()).toList();
    return new MeshDecision(mesh.name(), fallback, problems.toList());
  }

  private static Problems problems(String name, WireGuardMeshSpec spec) {
    var check = new MeshCheck(name, spec);
    Isolation.run(check.problems, check::run);
    return check.problems;
  }

  private void run() {
    var ranges = new PrefixIndex<String>();
    if (spec.addresses().isEmpty()) {
      error(
          "spec.addresses",
          "AddressesMissing",
          "is required: choose one range per family that is in no other network of yours, such as 10.4.0.0/16");
    }
    ranges("spec.addresses", spec.addresses(), ranges);
    ranges("spec.podCIDRs", spec.podCIDRs(), ranges);
    ranges("spec.serviceCIDRs", spec.serviceCIDRs(), ranges);
    oneRangePerFamily();
    prefixes("spec.nodeCIDRs", spec.nodeCIDRs());
    prefixes("spec.allowedLocationCIDRs", spec.allowedLocationCIDRs());
    prefixes("spec.peerCIDRs", spec.peerCIDRs());
    prefixes("spec.allowedExitCIDRs", spec.allowedExitCIDRs());
    selector(spec.nodeSelector());
    locations();
    spec.clientDNS().forEach(a -> address("spec.clientDNS", a));
    numbers();
    overlay();
    ipipBesideOtherCni();
    gateways();
  }

  /** A selector that can't be evaluated throws here, and not while nodes are assigned. */
  private static void selector(@Nullable LabelSelector selector) {
    if (selector != null && selector.getMatchExpressions() != null) {
      for (var requirement : selector.getMatchExpressions()) {
        LabelSelection.matches(selector, Map.of(requirement.getKey(), ""));
      }
    }
    LabelSelection.matches(selector, Map.of());
  }

  /** What the schema refuses, for manifests that no API server has seen. */
  private void locations() {
    for (var location : spec.locations()) {
      var path = "spec.locations[" + location.name() + "]";
      prefixes(path + ".locationCIDRs", location.locationCIDRs());
      safe(path + ".nodeSelector", location.nodeSelector());
      safe(path + ".preferredGateways", location.preferredGateways());
      safe(path + ".excludedGateways", location.excludedGateways());
    }
  }

  private void safe(String field, @Nullable LabelSelector selector) {
    selector(selector);
    LabelSelection.keys(selector)
        .filter(
            k ->
                !k.startsWith("weft.dev/")
                    && !k.startsWith("node-restriction.kubernetes.io/")
                    && !k.equals(spec.locationLabel()))
        .forEach(
            k ->
                error(
                    field,
                    "LabelNotProtected",
                    "a kubelet can change label %s of its Node, so a node could move itself; use labels that start with weft.dev/ or node-restriction.kubernetes.io/, or the mesh's locationLabel %s"
                        .formatted(Quote.of(k), spec.locationLabel())));
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
            "%s is the second range of its family; give one per family".formatted(Quote.of(text)));
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
          Quote.of(spec.device().name()) + " is no link name of at most 13 characters");
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

  /** A mesh from before spec.podNetwork keeps working; its owner reads what to write instead. */
  private void overlay() {
    var overlay = spec.overlay();
    if (overlay == null || overlay == Overlay.NONE) {
      return;
    }
    var text = overlay.name().charAt(0) + overlay.name().substring(1).toLowerCase(Locale.ROOT);
    problems.warn(
        "spec.overlay",
        "Deprecated",
        "'%s' means podNetwork: External, and the next version of the API refuses it; write podNetwork: External, and remove overlay"
            .formatted(text));
  }

  /** The kernel gives IPIP to a link with a local address before tunl0, which has none. */
  private void ipipBesideOtherCni() {
    var encapsulation = spec.encapsulation();
    if (spec.besideOtherCni()
        && encapsulation.protocol() == EncapsulationProtocol.IPIP
        && encapsulation.mode() != EncapsulationMode.NEVER) {
      problems.warn(
          "spec.encapsulation.protocol",
          "IPIPBesideOtherCNI",
          "'IPIP' makes a link that takes the packets of another CNI's IPIP tunnel as well, such as Calico's tunl0; write Auto or VXLAN, unless that CNI uses no IPIP");
    }
  }

  /** What spec.gatewaysPerLocation has no effect on is reported. */
  private void gateways() {
    int wanted = spec.gatewaysPerLocation();
    if (wanted <= 1) {
      return;
    }
    switch (spec.granularity()) {
      case FULL ->
          withoutEffect(
              wanted, "each node has tunnels of its own, so that no location depends on a gateway");
      case CROSS ->
          withoutEffect(
              wanted,
              "each node with an endpoint has tunnels of its own, and the nodes of a location that have none share one gateway");
      case LOCATION -> {}
    }
  }

  private void withoutEffect(int wanted, String why) {
    problems.warn(
        "spec.gatewaysPerLocation",
        "OnlyForLocation",
        "'%d' has no effect with granularity %s: %s; write 1, or granularity Location"
            .formatted(wanted, spec.granularity() == Granularity.FULL ? "Full" : "Cross", why));
  }

  private void error(String field, String reason, String message) {
    problems.error(field, reason, message);
  }
}
