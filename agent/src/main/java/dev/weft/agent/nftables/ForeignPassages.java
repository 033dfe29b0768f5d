package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.agent.firewall.Obstacle;
import dev.weft.mesh.desired.DesiredFirewall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Our jumps in foreign base chains whose policy would drop the mesh's traffic. What a chain's owner
 * keeps from the mesh is an obstacle, and left as it is. For one thread.
 */
final class ForeignPassages {
  /** After so long a table that refused us is tried again. */
  private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

  /** What libnftables says of EPERM: the table has an owner, for our own right was used before. */
  private static final String NOT_OURS = "Operation not permitted";

  private record Repair(ForeignChain chain, List<JsonNode> commands) {}

  private final Nftables nftables;
  private final Map<Repair, Long> owned = new HashMap<>();
  private List<String> obstacles = List.of();

  ForeignPassages(Nftables nftables) {
    this.nftables = nftables;
  }

  /** Whether every chain in reach lets us pass that is to; notes the obstacles. */
  boolean areOpen(DesiredFirewall wanted, List<JsonNode> chains, Reach reach) throws IOException {
    return missing(wanted, chains, reach).isEmpty();
  }

  /** What others keep from the mesh, as of the last look. */
  List<String> obstacles() {
    return obstacles;
  }

  private List<Repair> missing(DesiredFirewall wanted, List<JsonNode> chains, Reach reach)
      throws IOException {
    var repairs = new ArrayList<Repair>();
    var found = new ArrayList<String>();
    for (var chain : ForeignChain.parse(chains)) {
      if (!reach.contains(chain)) {
        continue;
      }
      var listing = list(chain, chain.name());
      boolean hasJump = chain.hasJump(listing);
      if (chain.refuses(listing)) {
        found.add(Obstacle.refusal(chain.toString(), accept(chain), wanted));
        if (hasJump) { // of an older agent, or from before the rule
          repairs.add(new Repair(chain, chain.remove(listing)));
        }
      } else if (chain.needsJump(listing)) {
        boolean intact =
            chain.isInPlace(listing)
                && ForeignRules.areIn(chain, wanted, list(chain, chain.ownChain()));
        if (!intact) {
          repairs.add(new Repair(chain, ForeignRules.install(chain, wanted, listing)));
        }
      }
    }
    owned.values().removeIf(since -> System.nanoTime() - since > AGAIN_NANOS);
    for (var repair : repairs) {
      if (owned.containsKey(repair)) {
        var chain = repair.chain();
        found.add(Obstacle.owned(chain.family() + " " + chain.table(), chain.name(), wanted));
      }
    }
    repairs.removeIf(owned::containsKey);
    obstacles = List.copyOf(found);
    return repairs;
  }

  private static String accept(ForeignChain chain) {
    return "nft insert rule "
        + chain
        + " iifname %1$s accept; nft insert rule "
        + chain
        + " oifname %1$s accept";
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
        nftables.run("nft change jump to weft", repair.commands());
      } catch (IOException e) {
        var words = String.valueOf(e.getMessage());
        if (words.contains(NOT_OURS)) {
          owned.put(repair, System.nanoTime());
        } else {
          refusals.add(words);
        }
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
