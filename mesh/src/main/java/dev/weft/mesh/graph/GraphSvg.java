package dev.weft.mesh.graph;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A graph as SVG 1.1: locations as boxes around a circle, their nodes below each other inside,
 * Peers on a line below.
 */
public final class GraphSvg {
  private static final int BOX = 190;
  private static final int ROW = 34;
  private static final int HEAD = 34;

  private record Point(double x, double y) {}

  private final MeshGraph graph;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, Point> places = new HashMap<>();
  private final double radius;
  private final double width;
  private final double height;

  private GraphSvg(MeshGraph graph) {
    this.graph = graph;
    int tallest =
        graph.groups().stream().mapToInt(g -> HEAD + g.vertices().size() * ROW).max().orElse(HEAD);
    double around = graph.groups().size() * Math.max(BOX + 70.0, tallest + 60.0);
    radius = graph.groups().size() < 2 ? 0 : Math.max(around / (2 * Math.PI), 200);
    width = Math.max(2 * radius + BOX + 80, graph.peers().size() * 150.0 + 80);
    height = 2 * radius + tallest + 80 + (graph.peers().isEmpty() ? 0 : 130);
  }

  /** The picture. */
  public static String of(MeshGraph graph) {
    return new GraphSvg(graph).draw();
  }

  private String draw() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"13\">",
        width, height);
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
    int number = 0;
    var boxes = new StringBuilder();
    for (var group : graph.groups()) {
      double angle = 2 * Math.PI * number++ / graph.groups().size() - Math.PI / 2;
      boxes.append(
          group(
              group, width / 2 + radius * Math.cos(angle), 20 + radius + radius * Math.sin(angle)));
    }
    double x = (width - graph.peers().size() * 150.0) / 2 + 75;
    for (var peer : graph.peers()) {
      places.put(peer.id(), new Point(x, height - 40));
      boxes.append(vertex(peer, "#fff7e0", 20));
      x += 150;
    }
    graph.edges().forEach(this::edge);
    text.append(boxes);
    add("</svg>");
    return text.toString();
  }

  private String group(MeshGraph.Group group, double x, double top) {
    int tall = HEAD + group.vertices().size() * ROW;
    var part = new StringBuilder();
    part.append(
        line(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"#f4f6fa\" stroke=\"#8aa\"/>",
            x - BOX / 2.0, top, BOX, tall));
    part.append(
        line(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-weight=\"bold\">%s</text>",
            x, top + 20, GraphText.entities(group.name())));
    double y = top + HEAD + 10;
    for (var vertex : group.vertices()) {
      places.put(vertex.id(), new Point(x, y));
      part.append(
          vertex(vertex, vertex.gateway() ? "#dcebff" : "#ffffff", vertex.gateway() ? 3 : 13));
      y += ROW;
    }
    return part.toString();
  }

  private String vertex(MeshGraph.Vertex vertex, String fill, int round) {
    var at = place(vertex);
    return line(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"140\" height=\"26\" rx=\"%d\" fill=\"%s\" stroke=\"%s\"/>",
            at.x() - 70, at.y() - 13, round, fill, vertex.well() ? "#457" : "red")
        + line(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
            at.x(), at.y() + 4, GraphText.entities(vertex.label()));
  }

  private void edge(MeshGraph.Edge edge) {
    var from = place(edge.from());
    var to = place(edge.to());
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        from.x(),
        from.y(),
        to.x(),
        to.y(),
        GraphText.colour(edge),
        edge.tunnel() ? "" : " stroke-dasharray=\"3 4\"");
    if (!edge.label().isEmpty()) {
      add(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"11\" fill=\"#444\">%s</text>",
          (from.x() + to.x()) / 2, (from.y() + to.y()) / 2 - 4, GraphText.entities(edge.label()));
    }
  }

  private Point place(MeshGraph.Vertex vertex) {
    return places.getOrDefault(vertex.id(), new Point(0, 0));
  }

  @SuppressWarnings("AnnotateFormatMethod") // Error Prone's annotations are no dependency of ours
  private void add(String format, Object... values) {
    text.append(line(format, values));
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }
}
