package dev.weft.agent.view;

import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.MeshViewReader;
import java.util.List;

/**
 * The view that the agent acts on.
 *
 * @param published the objects it was read from
 * @param view what they say
 * @param revision of the view
 * @param problems objects left out
 */
public record AcceptedView(
    PublishedMesh published, MeshView view, String revision, List<Problem> problems) {
  public AcceptedView {
    problems = List.copyOf(problems);
  }

  /**
   * Reads the objects.
   *
   * @throws IllegalArgumentException if the mesh's own settings are malformed
   */
  public static AcceptedView read(PublishedMesh published) {
    var reading =
        MeshViewReader.read(
            published.mesh(), published.effective(), published.nodes(), published.peers());
    return new AcceptedView(
        published, reading.view(), reading.view().revision(), reading.problems());
  }

  /** The view without the Peers that have expired by then. */
  public MeshView at(long epochSecond) {
    var alive = view.peers().stream().filter(p -> p.expiresAtEpochSecond() > epochSecond).toList();
    return new MeshView(view.mesh(), view.nodes(), alive);
  }

  /** When the next Peer expires after then; Long.MAX_VALUE: none. */
  public long nextExpiry(long epochSecond) {
    return view.peers().stream()
        .mapToLong(p -> p.expiresAtEpochSecond())
        .filter(at -> at > epochSecond)
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
