package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.agent.firewall.PacketFilter;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.kernel.SeenFirewall;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The packet filter of this node. For one thread. */
public final class Firewall implements PacketFilter {
  private final Nftables nftables;
  private final ForeignPassages passages;

  /** The rules as listed when they last were known to be ours; empty: not known yet. */
  private List<String> ownRules = List.of();

  /** Takes the context over. */
  public Firewall(Nftables nftables) {
    this.nftables = nftables;
    this.passages = new ForeignPassages(nftables);
  }

  @Override
  public SeenFirewall read(DesiredFirewall wanted) throws IOException {
    var chains = listChains();
    var own = readOwn(wanted, chains);
    return new SeenFirewall(
        own.present(), own.intact() && passages.areOpen(wanted, chains, Reach.ALL), own.sets());
  }

  private SeenFirewall readOwn(DesiredFirewall wanted, List<JsonNode> chains) throws IOException {
    if (!isPresent(chains)) {
      ownRules = List.of();
      return new SeenFirewall(false, false, Map.of());
    }
    var listing = FirewallListing.parse(list());
    boolean intact = listing.isIntact(wanted);
    if (intact && ownRules.isEmpty()) {
      ownRules = List.copyOf(listing.rules());
    }
    return new SeenFirewall(true, intact && listing.rules().equals(ownRules), listing.sets());
  }

  /**
   * Whether our table has chains: without them it is as good as absent. To list the tables would
   * tell as well, but makes libnftables read the elements of every set there is.
   */
  private static boolean isPresent(List<JsonNode> chains) {
    return chains.stream()
        .map(o -> o.path("chain"))
        .anyMatch(
            c ->
                c.path("family").asText().equals(FirewallChains.FAMILY)
                    && c.path("table").asText().equals(FirewallChains.TABLE));
  }

  private List<JsonNode> listChains() throws IOException {
    return nftables.run("nft list chains", List.of(FirewallCommands.listAll("chains")));
  }

  private List<JsonNode> list() throws IOException {
    return nftables.run(
        "nft list table inet weft",
        List.of(FirewallCommands.command("list", FirewallCommands.table())));
  }

  /**
   * Writes the whole table in one transaction unless it is right, then lets the mesh pass foreign
   * chains. So a foreign table that refuses us, time and again, makes no writes to ours.
   *
   * @throws IOException if either was refused; a foreign chain stops neither the table nor another
   */
  @Override
  public void replace(DesiredFirewall wanted) throws IOException {
    var chains = listChains();
    var own = readOwn(wanted, chains);
    if (!own.intact() || !own.sets().equals(FirewallSets.of(wanted))) {
      ownRules = List.of();
      nftables.run("nft replace table inet weft", FirewallCommands.replace(wanted));
    }
    passages.install(wanted, chains, Reach.ALL);
  }

  @Override
  public List<String> obstacles() {
    return passages.obstacles();
  }

  /** Whether the mesh passes the foreign chains that nftables knows. */
  public boolean passes(DesiredFirewall wanted, Reach reach) throws IOException {
    return passages.areOpen(wanted, listChains(), reach);
  }

  /** Lets the mesh pass them. */
  public void pass(DesiredFirewall wanted, Reach reach) throws IOException {
    passages.install(wanted, listChains(), reach);
  }

  @Override
  public void updateSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove)
      throws IOException {
    var commands = FirewallCommands.updateSets(add, remove);
    if (!commands.isEmpty()) {
      nftables.run("nft change elements of table inet weft", commands);
    }
  }

  @Override
  public boolean remove() throws IOException {
    return leave(Reach.NONE);
  }

  /**
   * Whether anything of ours is there.
   *
   * @param kept the chains where jumps don't count
   */
  public boolean isPresent(Reach kept) throws IOException {
    var chains = listChains();
    return isPresent(chains) || passages.exist(chains, kept);
  }

  /**
   * Removes our table and our jumps.
   *
   * @param kept the chains where jumps stay
   * @return whether there was anything
   */
  public boolean leave(Reach kept) throws IOException {
    ownRules = List.of();
    var chains = listChains();
    boolean any = isPresent(chains);
    if (any) {
      nftables.run("nft delete table inet weft", FirewallCommands.remove());
    }
    boolean anyJump = passages.remove(chains, kept);
    return any || anyJump;
  }

  @Override
  public void close() {
    nftables.close();
  }
}
