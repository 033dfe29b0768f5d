package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.kernel.SeenFirewall;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The packet filter of this node. For one thread. */
public final class Firewall implements AutoCloseable {
  private final Nftables nftables;

  /** The rules as listed when they last were known to be ours; empty: not known yet. */
  private List<String> ownRules = List.of();

  /** Takes the context over. */
  public Firewall(Nftables nftables) {
    this.nftables = nftables;
  }

  /**
   * Reads our table and looks whether foreign chains let the mesh pass.
   *
   * @param wanted what {@link SeenFirewall#intact} is measured by
   */
  public SeenFirewall read(DesiredFirewall wanted) throws IOException {
    var chains = listChains();
    var own = readOwn(wanted, chains);
    return new SeenFirewall(
        own.present(), own.intact() && repairs(wanted, chains).isEmpty(), own.sets());
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
  public void replace(DesiredFirewall wanted) throws IOException {
    var chains = listChains();
    var own = readOwn(wanted, chains);
    if (!own.intact() || !own.sets().equals(FirewallSets.of(wanted))) {
      ownRules = List.of();
      nftables.run("nft replace table inet weft", FirewallCommands.replace(wanted));
    }
    var refusals = new ArrayList<String>();
    for (var repair : repairs(wanted, chains)) {
      try {
        nftables.run("nft insert jump to weft", repair);
      } catch (IOException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    if (!refusals.isEmpty()) {
      throw new IOException(String.join("; ", refusals));
    }
  }

  /** Changes elements of sets in one transaction. */
  public void updateSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove)
      throws IOException {
    var commands = FirewallCommands.updateSets(add, remove);
    if (!commands.isEmpty()) {
      nftables.run("nft change elements of table inet weft", commands);
    }
  }

  private List<List<JsonNode>> repairs(DesiredFirewall wanted, List<JsonNode> chains)
      throws IOException {
    var repairs = new ArrayList<List<JsonNode>>();
    for (var chain : ForeignChain.parse(chains)) {
      var listing = list(chain, chain.name());
      if (!chain.drops(listing)) {
        continue;
      }
      boolean hasJump = chain.hasJump(listing);
      boolean intact = hasJump && ForeignRules.areIn(chain, wanted, list(chain, chain.ownChain()));
      if (!intact) {
        repairs.add(ForeignRules.install(chain, wanted, hasJump));
      }
    }
    return repairs;
  }

  private List<JsonNode> list(ForeignChain chain, String name) throws IOException {
    return nftables.run(
        "nft list chain %s %s %s".formatted(chain.family(), chain.table(), name),
        List.of(chain.list(name)));
  }

  /** Removes our table, our jumps and our chains in foreign tables. */
  public void remove() throws IOException {
    ownRules = List.of();
    nftables.run("nft delete table inet weft", FirewallCommands.remove());
    for (var chain : ForeignChain.parse(listChains())) {
      var listing = list(chain, chain.name());
      if (chain.hasJump(listing)) {
        nftables.run("nft delete jump to weft", chain.remove(listing));
      }
    }
  }

  @Override
  public void close() {
    nftables.close();
  }
}
