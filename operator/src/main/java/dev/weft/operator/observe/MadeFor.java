package dev.weft.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/** How an object that the operator made for a Peer holds the Peer's name. */
public final class MadeFor {
  /** Who made it. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** That it belongs to a Peer; its value says nothing, for names may be longer than labels. */
  public static final String KIND_LABEL = "weft.dev/made-for";

  /** Annotation with the Peer's name. */
  public static final String PEER = "weft.dev/peer";

  /** Selects what was made for Peers. */
  public static final String SELECTOR = MANAGED_BY + "=weft-operator," + KIND_LABEL + "=Peer";

  private MadeFor() {}

  /** The labels that {@link #SELECTOR} selects. */
  public static Map<String, String> labels() {
    return Map.of(MANAGED_BY, "weft-operator", KIND_LABEL, "Peer");
  }

  /** Whether the operator made it for a Peer. */
  public static boolean aPeer(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return labels != null && labels.entrySet().containsAll(labels().entrySet());
  }

  /** An annotation; empty: there is none. */
  public static String annotation(HasMetadata object, String name) {
    var annotations = object.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }
}
