package dev.weft.agent.iptables;

import dev.weft.agent.firewall.Obstacle;
import dev.weft.agent.firewall.PacketFilter;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.kernel.SeenFirewall;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The packet filter by one kind of iptables. For one thread. */
public final class Iptables implements PacketFilter {
  private static final String INCOMPATIBLE = "is incompatible, use 'nft' tool";

  private final IptablesTool tool;
  private final List<Family> families;

  private List<String> obstacles = List.of();

  /** Our rules as printed when they last were known to be ours; absent: not known yet. */
  private final Map<Family, Set<String>> ownShapes = new EnumMap<>(Family.class);

  /**
   * A filter.
   *
   * @param families that the kernel has
   */
  public Iptables(IptablesTool tool, List<Family> families) {
    this.tool = tool;
    this.families = List.copyOf(families);
  }

  /** What programs it. */
  public Variant variant() {
    return tool.variant();
  }

  private SavedFilter saved(Family family) throws IOException {
    var text = tool.save(family);
    if (text.contains(INCOMPATIBLE)) {
      throw new IOException(
          "iptables can't read a table that nft wrote rules of its own into; set spec.firewall of the"
              + " mesh to NFTables");
    }
    return SavedFilter.parse(family, text);
  }

  @Override
  public List<String> obstacles() {
    return obstacles;
  }

  @Override
  public SeenFirewall read(DesiredFirewall wanted) throws IOException {
    boolean present = false;
    boolean intact = true;
    var sets = new TreeMap<String, List<Prefix>>();
    var found = new ArrayList<String>();
    for (var family : families) {
      var saved = saved(family);
      saved.refusal("FORWARD").ifPresent(chain -> found.add(refusal(family, chain, wanted)));
      present |= saved.isPresent();
      intact &= isIntact(saved, wanted);
      sets.putAll(saved.sets(setNames(wanted, family)));
    }
    for (var name : FirewallSets.of(wanted).entrySet()) {
      if (!families.contains(FirewallSets.family(name.getKey(), wanted))) {
        sets.put(name.getKey(), name.getValue()); // nothing of a family that the kernel lacks
      }
    }
    if (wanted.guard().looksInside()) {
      found.add(Obstacle.innerSources(variant().command("iptables")));
    }
    obstacles = List.copyOf(found);
    return new SeenFirewall(present, intact, sets);
  }

  private String refusal(Family family, String chain, DesiredFirewall wanted) {
    var command = variant().command(family == Family.IPV4 ? "iptables" : "ip6tables");
    return Obstacle.refusal(
        chain + " of " + command,
        "%1$s -I %2$s -i %%1$s -j ACCEPT; %1$s -I %2$s -o %%1$s -j ACCEPT"
            .formatted(command, chain),
        wanted);
  }

  private boolean isIntact(SavedFilter saved, DesiredFirewall wanted) {
    return saved.isIntact(saved.wanted(wanted))
        && saved.shape().equals(ownShapes.computeIfAbsent(saved.family(), _ -> saved.shape()));
  }

  private static Set<String> setNames(DesiredFirewall wanted, Family family) {
    return FirewallSets.of(wanted).keySet().stream()
        .filter(name -> FirewallSets.family(name, wanted) == family)
        .collect(java.util.stream.Collectors.toSet());
  }

  @Override
  public void replace(DesiredFirewall wanted) throws IOException {
    var refusals = new ArrayList<String>();
    for (var family : families) {
      try {
        replace(family, wanted);
      } catch (IOException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    if (!refusals.isEmpty()) {
      throw new IOException(String.join("; ", refusals));
    }
  }

  private void replace(Family family, DesiredFirewall wanted) throws IOException {
    var saved = saved(family);
    var chains = saved.wanted(wanted);
    var names = setNames(wanted, family);
    var wantedSets = new TreeMap<>(FirewallSets.of(wanted));
    wantedSets.keySet().retainAll(names);
    if (!isIntact(saved, wanted) || !wantedSets.equals(saved.sets(names))) {
      ownShapes.remove(family);
      tool.restore(family, RestoreText.replace(chains, saved));
    }
  }

  @Override
  public void updateSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove)
      throws IOException {
    for (var family : families) {
      var text = RestoreText.update(family, add, remove);
      if (!text.isEmpty()) {
        // A rule of a kind that wasn't there yet: how it is printed shows at the next reading.
        ownShapes.remove(family);
        tool.restore(family, text);
      }
    }
  }

  @Override
  public boolean remove() throws IOException {
    boolean any = false;
    for (var family : families) {
      ownShapes.remove(family);
      var text = RestoreText.remove(saved(family));
      if (!text.isEmpty()) {
        tool.restore(family, text);
        any = true;
      }
    }
    return any;
  }

  /** Whether anything of ours is there. */
  public boolean isPresent() throws IOException {
    for (var family : families) {
      if (saved(family).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Whether others have anything in these tables. */
  public boolean isUsedByOthers() throws IOException {
    for (var family : families) {
      if (saved(family).tables().values().stream().anyMatch(SavedTable::foreign)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    // Its programs end by themselves.
  }
}
