package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.desired.DesiredFirewall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Our jumps in foreign base chains that would drop the mesh's traffic. For one thread. */
final class ForeignPassages {
  private final Nftables nftables;

  ForeignPassages(Nftables nftables) {
    this.nftables = nftables;
  }

  /** Commands for each chain in reach that drops and doesn't let us pass. */
  List<List<JsonNode>> missing(DesiredFirewall wanted, List<JsonNode> chains, Reach reach)
      throws IOException {
    var repairs = new ArrayList<List<JsonNode>>();
    for (var chain : ForeignChain.parse(chains)) {
      if (!reach.contains(chain)) {
        continue;
      }
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

  /**
   * Writes what is missing.
   *
   * @throws IOException if something was refused; one chain stops no other
   */
  void install(DesiredFirewall wanted, List<JsonNode> chains, Reach reach) throws IOException {
    var refusals = new ArrayList<String>();
    for (var repair : missing(wanted, chains, reach)) {
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

  /** Whether there are jumps but where they are kept. */
  boolean exist(List<JsonNode> chains, Reach kept) throws IOException {
    for (var chain : ForeignChain.parse(chains)) {
      if (!kept.contains(chain) && chain.hasJump(list(chain, chain.name()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Removes jumps and what they lead to.
   *
   * @param kept where they stay
   * @return whether there was any
   */
  boolean remove(List<JsonNode> chains, Reach kept) throws IOException {
    boolean any = false;
    for (var chain : ForeignChain.parse(chains)) {
      if (kept.contains(chain)) {
        continue;
      }
      var listing = list(chain, chain.name());
      if (chain.hasJump(listing)) {
        nftables.run("nft delete jump to weft", chain.remove(listing));
        any = true;
      }
    }
    return any;
  }

  private List<JsonNode> list(ForeignChain chain, String name) throws IOException {
    return nftables.run(
        "nft list chain %s %s %s".formatted(chain.family(), chain.table(), name),
        List.of(chain.list(name)));
  }
}
