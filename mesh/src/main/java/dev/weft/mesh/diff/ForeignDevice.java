package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenLink;
import java.util.Optional;

/**
 * A link that has the name of a wanted device and isn't Weft's: the uplink, a bridge, a tunnel of
 * somebody else. Nothing is changed on a host where there is one, for it would lose its addresses.
 *
 * @param device that can't be made
 * @param message which link it is, and the fix
 */
public record ForeignDevice(DesiredDevice device, String message) {
  /** The first one; empty: each name is free or Weft's. Pure. */
  public static Optional<ForeignDevice> of(DesiredState desired, KernelSnapshot seen) {
    for (var device : desired.devices()) {
      var link = seen.links().stream().filter(l -> l.name().equals(device.name())).findFirst();
      if (link.isEmpty()) {
        continue;
      }
      var known = seen.devices().stream().filter(d -> d.name().equals(device.name())).findFirst();
      var what = known.map(d -> foreign(device, d)).orElseGet(() -> foreign(desired, link.get()));
      if (!what.isEmpty()) {
        return Optional.of(
            new ForeignDevice(
                device,
                "link %s is not Weft's: it is %s; nothing is changed on this node; set spec.device.name of the mesh to a free name, or remove the link"
                    .formatted(device.name(), what)));
      }
    }
    return Optional.empty();
  }

  /** An own device has the own key, or an older one and the mesh's mark, or is still bare. */
  private static String foreign(DesiredDevice wanted, SeenDevice seen) {
    boolean isOwn =
        seen.publicKey().isEmpty()
            || seen.publicKey().get().equals(wanted.publicKey())
            || seen.firewallMark() == wanted.firewallMark();
    return isOwn ? "" : "a WireGuard device with another key and another fwmark";
  }

  /** A link that no WireGuard answers for: wireguard-go that starts has no address yet. */
  private static String foreign(DesiredState desired, SeenLink link) {
    return switch (link.kind()) {
      case "wireguard" -> "";
      case "tun" ->
          link.addresses().stream()
                  .allMatch(
                      a ->
                          desired.addresses().stream()
                              .anyMatch(w -> w.link().equals(link.name()) && w.address().equals(a)))
              ? ""
              : "a TUN device with addresses of its own";
      case "" -> "a network interface of the host";
      default -> "a link of kind " + link.kind();
    };
  }
}
