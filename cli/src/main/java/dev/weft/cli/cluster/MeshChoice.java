package dev.weft.cli.cluster;

import dev.weft.cli.InputException;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.view.MeshView;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which mesh of a cluster a command is about. */
public final class MeshChoice {
  @Option(
      names = "--mesh",
      defaultValue = "",
      paramLabel = "NAME",
      description = "Which mesh, where there are several.")
  private String mesh = "";

  /**
   * The mesh as it is in force.
   *
   * @throws InputException if there is none of that name, or several to choose from
   */
  public MeshView of(ClusterState state) {
    var views =
        state.views().stream().filter(v -> mesh.isEmpty() || v.mesh().name().equals(mesh)).toList();
    if (views.size() == 1) {
      return views.getFirst();
    }
    throw new InputException(
        views.isEmpty()
            ? "there is no mesh %sin force; see 'weft status'"
                .formatted(mesh.isEmpty() ? "" : "'" + mesh + "' ")
            : "there are several meshes; choose one with --mesh: "
                + views.stream().map(v -> v.mesh().name()).collect(Collectors.joining(", ")));
  }
}
