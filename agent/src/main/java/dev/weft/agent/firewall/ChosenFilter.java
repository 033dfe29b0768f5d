package dev.weft.agent.firewall;

import dev.weft.agent.iptables.Iptables;
import dev.weft.agent.iptables.IptablesTool;
import dev.weft.agent.iptables.Variant;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.agent.nftables.Firewall;
import dev.weft.agent.nftables.Generation;
import dev.weft.agent.nftables.Nftables;
import dev.weft.agent.nftables.Reach;
import dev.weft.api.v1alpha1.FirewallBackend;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.kernel.SeenFirewall;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The packet filter of this node by what was chosen for it. After a change of the choice what is
 * chosen is written first and then the rest removed, so there is no moment without. For one thread.
 */
public final class ChosenFilter implements PacketFilter {
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private final @Nullable Firewall nftables;
  private final Map<Variant, Iptables> iptables;
  private final @Nullable Generation generation;
  private final LegacyTables legacy;
  private FirewallChoice choice;

  /** Whether nothing of ours is left in what wasn't chosen. */
  private boolean alone;

  private record Reading(DesiredFirewall wanted, long generation, SeenFirewall seen) {}

  private @Nullable Reading last;

  private ChosenFilter(
      @Nullable Firewall nftables,
      Map<Variant, Iptables> iptables,
      @Nullable Generation generation,
      Duration lookAgain) {
    this.nftables = nftables;
    this.iptables = iptables;
    this.generation = generation;
    this.legacy = new LegacyTables(Optional.ofNullable(iptables.get(Variant.LEGACY)), lookAgain);
    legacy.look();
    this.choice = FirewallChoice.of(FirewallBackend.AUTO, host());
  }

  /**
   * Opens what the host has.
   *
   * @throws IOException if it has nothing
   */
  public static ChosenFilter open() throws IOException {
    return open(LOOK_AGAIN);
  }

  /**
   * Opens what the host has.
   *
   * @param lookAgain how long it is believed that nothing uses tables of iptables-legacy that exist
   */
  static ChosenFilter open(Duration lookAgain) throws IOException {
    var generation = openGeneration();
    var nftables =
        generation == null
            ? Optional.<Firewall>empty()
            : NativeLibraries.nftables().map(library -> new Firewall(new Nftables(library)));
    var families = new ArrayList<>(List.of(Family.IPV4));
    if (Files.exists(Path.of("/proc/net/if_inet6"))) {
      families.add(Family.IPV6);
    }
    var iptables = new EnumMap<Variant, Iptables>(Variant.class);
    for (var variant : EnumSet.allOf(Variant.class)) {
      if (variant != Variant.NFT || generation != null) {
        IptablesTool.find(variant)
            .ifPresent(tool -> iptables.put(variant, new Iptables(tool, families)));
      }
    }
    if (nftables.isEmpty() && iptables.isEmpty()) {
      throw new IOException(
          "there is neither libnftables.so.1 with a kernel that has nf_tables, nor iptables;"
              + " install Debian's libnftables1 or iptables");
    }
    return new ChosenFilter(nftables.orElse(null), iptables, generation, lookAgain);
  }

  private static @Nullable Generation openGeneration() throws IOException {
    var generation = Generation.open();
    try {
      generation.read();
      return generation;
    } catch (IOException e) {
      generation.close(); // no nf_tables
      return null;
    }
  }

  private HostFirewall host() {
    return new HostFirewall(
        nftables != null, iptables.keySet(), legacy.exist(), legacy.inUse(), legacy.trouble());
  }

  /** Chooses anew where the wish or the host has changed. */
  public FirewallChoice use(FirewallBackend backend) {
    legacy.look();
    var fresh = FirewallChoice.of(backend, host());
    if (fresh.kind() != choice.kind()) {
      alone = false;
      last = null;
    }
    choice = fresh;
    return choice.with(obstacles());
  }

  @Override
  public List<String> obstacles() {
    var chosen = chosen();
    var all = new ArrayList<>(chosen.obstacles());
    if (nftables != null && chosen != nftables) {
      all.addAll(nftables.obstacles());
    }
    return all;
  }

  private PacketFilter chosen() {
    return switch (choice.kind()) {
      case NFTABLES -> Objects.requireNonNull(nftables);
      case IPTABLES_NFT -> Objects.requireNonNull(iptables.get(Variant.NFT));
      case IPTABLES_LEGACY -> Objects.requireNonNull(iptables.get(Variant.LEGACY));
    };
  }

  /** The chains of nftables that are left to it where iptables is chosen. */
  private Reach reach() {
    return switch (choice.kind()) {
      case NFTABLES -> Reach.NONE; // its own table holds them
      case IPTABLES_NFT -> Reach.OUTSIDE_IPTABLES;
      case IPTABLES_LEGACY -> Reach.ALL;
    };
  }

  @Override
  public SeenFirewall read(DesiredFirewall expected) throws IOException {
    long now = generation();
    var known = last;
    if (known != null
        && now >= 0
        && known.generation() == now
        && known.wanted().equals(expected)
        && choice.kind() != FirewallChoice.Kind.IPTABLES_LEGACY) {
      return known.seen();
    }
    var seen = chosen().read(expected);
    boolean passes = nftables == null || nftables.passes(expected, reach());
    alone = alone || !areOthersPresent();
    var all = new SeenFirewall(seen.present(), seen.intact() && passes && alone, seen.sets());
    last = new Reading(expected, now, all);
    return all;
  }

  /** -1: there is none. */
  private long generation() throws IOException {
    return generation == null ? -1 : generation.read();
  }

  @Override
  public void replace(DesiredFirewall expected) throws IOException {
    last = null;
    chosen().replace(expected);
    if (nftables != null) {
      nftables.pass(expected, reach());
    }
    removeOthers();
  }

  private boolean areOthersPresent() throws IOException {
    if (nftables != null
        && choice.kind() != FirewallChoice.Kind.NFTABLES
        && nftables.isPresent(reach())) {
      return true;
    }
    for (var entry : iptables.entrySet()) {
      if (isOther(entry.getKey()) && entry.getValue().isPresent()) {
        return true;
      }
    }
    return false;
  }

  private boolean isOther(Variant variant) {
    return FirewallChoice.Kind.of(variant) != choice.kind() && exists(variant);
  }

  private void removeOthers() throws IOException {
    if (alone) {
      return;
    }
    if (nftables != null && choice.kind() != FirewallChoice.Kind.NFTABLES) {
      nftables.leave(reach());
    }
    for (var entry : iptables.entrySet()) {
      if (isOther(entry.getKey())) {
        entry.getValue().remove();
      }
    }
    alone = true;
  }

  /** Tables of iptables-legacy come into being by a look at them, and some can't be read. */
  private boolean exists(Variant variant) {
    return variant == Variant.NFT || (legacy.exist() && legacy.trouble().isEmpty());
  }

  @Override
  public void updateSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove)
      throws IOException {
    last = null;
    chosen().updateSets(add, remove);
  }

  @Override
  public boolean remove() throws IOException {
    last = null;
    alone = false;
    boolean any = nftables != null && nftables.remove();
    for (var entry : iptables.entrySet()) {
      if (exists(entry.getKey())) {
        any |= entry.getValue().remove();
      }
    }
    return any;
  }

  @Override
  public void close() {
    if (nftables != null) {
      nftables.close();
    }
    if (generation != null) {
      generation.close();
    }
  }
}
