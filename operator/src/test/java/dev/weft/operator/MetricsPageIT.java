package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static dev.weft.operator.TestCloud.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the operator's metrics show to whoever reaches their port. */
final class MetricsPageIT extends OperatorFixture {
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]+(?:\\.[0-9]+){3}|[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:]*");
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{43}=");

  private String all() {
    var objects =
        Stream.<List<? extends HasMetadata>>of(
                client.resources(WireGuardMesh.class).list().getItems(),
                client.resources(WireGuardNode.class).list().getItems(),
                client.resources(Peer.class).list().getItems(),
                client.nodes().list().getItems())
            .flatMap(List::stream);
    return Serialization.asYaml(objects.toList());
  }

  private static Set<String> found(Pattern pattern, String text) {
    var found = new TreeSet<String>();
    pattern.matcher(text).results().forEach(r -> found.add(r.group()));
    return found;
  }

  private List<Secret> secrets() {
    return Stream.of("weft-system", "weft-agents")
        .flatMap(n -> client.secrets().inNamespace(n).list().getItems().stream())
        .toList();
  }

  @Test
  void neitherKeysNorAddressesNorSecretsAreOnThePage() throws Exception {
    awaitThreeClouds();
    cloud.mesh(peer("office", "192.168.78.0/24"));
    cloud.mesh(peer("thief", "10.42.1.0/24")); // refused, and so counted by its reason
    cloud.mesh(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: tablet}
        spec: {presharedKey: Generate}
        """);
    await(SOON, () -> secrets().size() >= 2, () -> "made: " + secrets());
    await(SOON, () -> page().contains("OverlapsPodCIDR"), this::page);
    var page = page();
    assertTrue(all().contains(key("office")), "the objects hold keys");
    var addresses = found(ADDRESS, all());
    assertTrue(addresses.size() > 10, () -> "addresses of objects: " + addresses);
    assertEquals(Set.of(), found(ADDRESS, page));
    assertEquals(Set.of(), found(KEY, page));
    for (var secret : secrets()) {
      for (var value : secret.getData().values()) {
        var text = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8).strip();
        assertEquals(-1, page.indexOf(text), secret.getMetadata()::getName);
      }
    }
  }

  private String page() {
    return metrics.text();
  }
}
