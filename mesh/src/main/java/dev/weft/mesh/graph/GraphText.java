package dev.weft.mesh.graph;

import java.util.List;
import java.util.stream.Collectors;

/** A graph in the languages of Graphviz and Mermaid, and for a terminal. */
public final class GraphText {
  private GraphText() {}

  /** DOT (graphviz.org/doc/info/lang.html). */
  public static String dot(MeshGraph graph) {
    var text =
        new StringBuilder(
            "graph mesh {\n  compound=true; rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for (var group : graph.groups()) {
      text.append(
          "  subgraph \"cluster_%s\" {\n    label=%s;\n"
              .formatted(escaped(group.name()), quoted(group.name())));
      group
          .vertices()
          .forEach(
              v ->
                  text.append(
                      "    %s [label=%s, shape=%s%s];\n"
                          .formatted(
                              v.id(),
                              quoted(v.label()),
                              v.gateway() ? "box" : "ellipse",
                              v.well() ? "" : ", color=red")));
      text.append("  }\n");
    }
    graph
        .peers()
        .forEach(
            v ->
                text.append("  %s [label=%s, shape=house];\n".formatted(v.id(), quoted(v.name()))));
    for (var edge : graph.edges()) {
      text.append(
          "  %s -- %s [label=%s, color=%s, style=%s];\n"
              .formatted(
                  edge.from().id(),
                  edge.to().id(),
                  quoted(edge.label()),
                  colour(edge),
                  edge.tunnel() ? "solid" : "dotted"));
    }
    return text.append("}\n").toString();
  }

  /** A Mermaid flowchart (mermaid.js.org/syntax/flowchart.html). */
  public static String mermaid(MeshGraph graph) {
    var text = new StringBuilder("flowchart LR\n");
    int number = 0;
    for (var group : graph.groups()) {
      text.append("  subgraph g%d[\"%s\"]\n".formatted(number++, entities(group.name())));
      group
          .vertices()
          .forEach(
              v ->
                  text.append(
                      v.gateway()
                          ? "    %s[\"%s\"]\n".formatted(v.id(), entities(v.label()))
                          : "    %s(\"%s\")\n".formatted(v.id(), entities(v.label()))));
      text.append("  end\n");
    }
    graph
        .peers()
        .forEach(v -> text.append("  %s([\"%s\"])\n".formatted(v.id(), entities(v.name()))));
    int line = 0;
    var colours = new StringBuilder();
    for (var edge : graph.edges()) {
      var arrow = edge.tunnel() ? "---" : "-.-";
      text.append(
          "  %s %s%s %s\n"
              .formatted(
                  edge.from().id(),
                  arrow,
                  edge.label().isEmpty() ? "" : "|\"" + entities(edge.label()) + "\"|",
                  edge.to().id()));
      colours.append("  linkStyle %d stroke:%s\n".formatted(line++, colour(edge)));
    }
    return text.append(colours).toString();
  }

  /** For a terminal: each location with its nodes, each node with its tunnels. */
  public static String terminal(MeshGraph graph) {
    var text = new StringBuilder();
    for (var group : graph.groups()) {
      text.append("┌─ ").append(group.name()).append('\n');
      for (var vertex : group.vertices()) {
        text.append(
            "│  %s %s%s\n"
                .formatted(
                    vertex.gateway() ? "■" : "○",
                    vertex.label(),
                    vertex.well() ? "" : "  (unwell)"));
        lines(graph, vertex, text);
      }
      text.append("└─\n");
    }
    graph.peers().stream()
        .filter(p -> edges(graph, p).isEmpty())
        .forEach(p -> text.append("◇ %s  (attached nowhere)\n".formatted(p.name())));
    return text.append(
            "■ gateway  ○ member  ◇ peer   ━ handshake < 3 min  ╌ older  ✗ never  ? unknown\n")
        .toString();
  }

  private static void lines(MeshGraph graph, MeshGraph.Vertex vertex, StringBuilder text) {
    for (var edge : edges(graph, vertex)) {
      if (!edge.tunnel()) {
        continue;
      }
      var other = edge.from().equals(vertex) ? edge.to() : edge.from();
      boolean peer = graph.peers().contains(other);
      text.append(
          "│     %s %s%s\n".formatted(stroke(edge.health()), peer ? "◇ " : "", other.name()));
    }
  }

  private static List<MeshGraph.Edge> edges(MeshGraph graph, MeshGraph.Vertex vertex) {
    return graph.edges().stream()
        .filter(e -> e.from().equals(vertex) || e.to().equals(vertex))
        .collect(Collectors.toList());
  }

  private static String stroke(MeshGraph.Health health) {
    return switch (health) {
      case FRESH -> "━━";
      case STALE -> "╌╌";
      case NEVER -> "━✗";
      case UNKNOWN -> "━?";
    };
  }

  static String colour(MeshGraph.Edge edge) {
    return switch (edge.health()) {
      case FRESH -> "green";
      case STALE -> "orange";
      case NEVER -> "red";
      case UNKNOWN -> "gray";
    };
  }

  private static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** HTML entities, as SVG and Mermaid want them. */
  static String entities(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
