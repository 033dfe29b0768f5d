package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenLink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Devices, links, addresses, per-device settings. */
final class LinkDiff {
  private LinkDiff() {}

  static void diff(
      DesiredState desired, KernelSnapshot seen, List<Change> add, List<Change> remove) {
    Map<String, SeenLink> links = new HashMap<>();
    seen.links().forEach(l -> links.put(l.name(), l));
    Map<String, SeenDevice> devices = new HashMap<>();
    seen.devices().forEach(d -> devices.put(d.name(), d));
    for (var device : desired.devices()) {
      device(device, links.get(device.name()), devices.get(device.name()), add);
    }
    for (var settings : desired.linkSettings()) {
      settings(settings, links.get(settings.link()), add);
    }
    addresses(desired, links, add, remove);
  }

  private static void device(
      DesiredDevice wanted,
      @org.jspecify.annotations.Nullable SeenLink link,
      @org.jspecify.annotations.Nullable SeenDevice device,
      List<Change> add) {
    if (link == null || device == null) {
      add.add(new Change.CreateDevice(wanted));
    }
    boolean configured =
        device != null
            && device.publicKey().equals(Optional.of(wanted.publicKey()))
            && device.listenPort() == wanted.listenPort()
            && device.firewallMark() == wanted.firewallMark();
    if (!configured) {
      add.add(new Change.ConfigureDevice(wanted));
    }
    if (link == null || link.mtu() != wanted.mtu() || !link.up()) {
      add.add(new Change.SetLink(wanted.name(), wanted.mtu()));
    }
  }

  private static void settings(
      LinkSettings wanted, @org.jspecify.annotations.Nullable SeenLink link, List<Change> add) {
    boolean right =
        link != null
            && agrees(wanted.forwarding(), link.forwarding())
            && agrees(wanted.rpFilter(), link.rpFilter())
            && agrees(wanted.srcValidMark(), link.srcValidMark());
    if (!right) {
      add.add(new Change.SetLinkSettings(wanted));
    }
  }

  /** What isn't wanted or can't be read is no reason to write. */
  private static boolean agrees(int wanted, int seen) {
    return wanted < 0 || seen < 0 || wanted == seen;
  }

  private static void addresses(
      DesiredState desired, Map<String, SeenLink> links, List<Change> add, List<Change> remove) {
    var wanted = new HashSet<>(desired.addresses());
    for (var address : desired.addresses()) {
      var link = links.get(address.link());
      if (link == null || !link.addresses().contains(address.address())) {
        add.add(new Change.AddAddress(address));
      }
    }
    for (var device : desired.devices()) {
      var link = links.get(device.name());
      if (link == null) {
        continue;
      }
      for (var address : link.addresses()) {
        if (!wanted.contains(new dev.weft.mesh.desired.DesiredAddress(link.name(), address))) {
          remove.add(new Change.RemoveAddress(link.name(), address));
        }
      }
    }
  }
}
