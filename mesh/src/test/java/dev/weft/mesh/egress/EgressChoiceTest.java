package dev.weft.mesh.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.mesh.net.IpAddress;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EgressChoiceTest {
  private static final Map<String, Map<String, String>> NAMESPACES =
      Map.of("billing", Map.of("team", "billing"), "web", Map.of());

  private static LocalPod pod(String namespace, String name, Map<String, String> labels) {
    return new LocalPod(namespace, name, labels, List.of(IpAddress.parse("10.42.1.9")));
  }

  private static EgressRule rule(
      String name,
      String location,
      @Nullable LabelSelector namespaces,
      @Nullable LabelSelector pods) {
    return new EgressRule(name, location, namespaces, pods, EgressFallback.DROP);
  }

  private static LabelSelector label(String key, String value) {
    return new LabelSelectorBuilder().addToMatchLabels(key, value).build();
  }

  private static List<String> chosen(LocalPod pod, EgressRule... rules) {
    return EgressChoice.choose("n", List.of(rules), List.of(pod), NAMESPACES).pods().stream()
        .map(EgressPod::rule)
        .toList();
  }

  @Test
  void bothSelectorsHaveToMatch() {
    var rule = rule("r", "gcp", label("team", "billing"), label("app", "crawler"));
    assertEquals(List.of("r"), chosen(pod("billing", "a", Map.of("app", "crawler")), rule));
    assertEquals(List.of(), chosen(pod("billing", "a", Map.of("app", "web")), rule));
    assertEquals(List.of(), chosen(pod("web", "a", Map.of("app", "crawler")), rule));
    assertEquals(List.of(), chosen(pod("unknown", "a", Map.of("app", "crawler")), rule));
  }

  @Test
  void anAbsentSelectorTakesAll() {
    assertEquals(
        List.of("r"),
        chosen(pod("web", "a", Map.of("app", "x")), rule("r", "gcp", null, label("app", "x"))));
    assertEquals(
        List.of("r"),
        chosen(pod("billing", "a", Map.of()), rule("r", "gcp", label("team", "billing"), null)));
  }

  @Test
  void ofTwoRulesTheFirstCountsAndThatIsSaidWhereItMatters() {
    var all = new LabelSelector();
    var pods = List.of(pod("web", "a", Map.of()));
    var elsewhere =
        EgressChoice.choose(
            "n",
            List.of(rule("b", "gcp", all, null), rule("a", "aws", all, null)),
            pods,
            NAMESPACES);
    assertEquals(List.of("b"), elsewhere.pods().stream().map(EgressPod::rule).toList());
    assertEquals(
        List.of("EgressConflict"), elsewhere.problems().stream().map(p -> p.reason()).toList());
    var same =
        EgressChoice.choose(
            "n",
            List.of(rule("b", "gcp", all, null), rule("a", "gcp", all, null)),
            pods,
            NAMESPACES);
    assertEquals(List.of(), same.problems());
  }
}
