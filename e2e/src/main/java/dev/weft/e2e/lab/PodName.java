package dev.weft.e2e.lab;

/**
 * A pod, written {@code NODE/POD}.
 *
 * @param node the node it is on
 * @param pod its name on that node
 */
public record PodName(String node, String pod) {
  /** Parses {@code NODE/POD}. */
  public static PodName parse(String text) {
    var parts = text.split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException("%s: want NODE/POD, such as aws-1/a".formatted(text));
    }
    return new PodName(parts[0], parts[1]);
  }

  @Override
  public String toString() {
    return node + "/" + pod;
  }
}
