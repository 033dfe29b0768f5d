package dev.weft.operator.watch;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.mesh.snapshot.ApiServerAddresses;
import dev.weft.operator.observe.MadeFor;
import dev.weft.operator.observe.RecentlyWritten;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import java.util.function.Consumer;

/**
 * All that the operator reads.
 *
 * @param nodes Nodes
 * @param meshes meshes
 * @param peers Peers
 * @param wireGuardNodes published configurations
 * @param reports agents' reports
 * @param leases agents' Leases
 * @param madeSecrets Secrets in the operator's namespace that it made for Peers
 * @param presharedKeys Secrets in the agents' namespace
 * @param apiServers endpoints of the Service {@code kubernetes}
 */
public record Watches(
    Watch<Node> nodes,
    Watch<WireGuardMesh> meshes,
    Watch<Peer> peers,
    Watch<WireGuardNode> wireGuardNodes,
    Watch<NodeReport> reports,
    Watch<Lease> leases,
    Watch<Secret> madeSecrets,
    Watch<Secret> presharedKeys,
    Watch<EndpointSlice> apiServers) {
  /**
   * Makes the watches; those without a listener of their own wake the loop, and take what was
   * deleted out of the recent writes.
   */
  public static Watches of(
      Runnable wake,
      RecentlyWritten written,
      Watch.Listener<Node> nodes,
      Watch.Listener<Lease> leases) {
    return new Watches(
        new NodeWatch(nodes),
        new WireGuardMeshWatch(waking(wake, written.meshes()::deleted)),
        new PeerWatch(waking(wake, written.peers()::deleted)),
        new WireGuardNodeWatch(waking(wake, written.nodes()::deleted)),
        new NodeReportWatch(waking(wake, name -> {})),
        new LeaseWatch(leases),
        new SecretWatch(waking(wake, name -> {})),
        new SecretWatch(waking(wake, name -> {})),
        new EndpointSliceWatch(waking(wake, name -> {})));
  }

  /** Registers them with JOSDK; Leases and Secrets of these namespaces only. */
  public void register(Operator operator, String ownNamespace, String agentsNamespace) {
    register(
        operator, nodes, "nodes", Kept.nodes(), c -> c.withOnUpdateFilter(NodeFilter::matters));
    register(operator, meshes, "meshes", c -> {});
    register(operator, peers, "peers", Kept.peers(), c -> {});
    register(operator, wireGuardNodes, "wireguardnodes", c -> {});
    register(operator, reports, "nodereports", c -> {});
    register(operator, leases, "leases", c -> c.settingNamespace(agentsNamespace));
    register(
        operator,
        madeSecrets,
        "madesecrets",
        c -> c.settingNamespace(ownNamespace).withLabelSelector(MadeFor.SELECTOR));
    register(operator, presharedKeys, "presharedkeys", c -> c.settingNamespace(agentsNamespace));
    register(
        operator, apiServers, "apiservers", c -> c.settingNamespace(ApiServerAddresses.NAMESPACE));
  }

  private static <R extends HasMetadata> void register(
      Operator operator,
      Watch<R> watch,
      String name,
      Consumer<ControllerConfigurationOverrider<R>> more) {
    register(operator, watch, name, Kept.others(), more);
  }

  private static <R extends HasMetadata> void register(
      Operator operator,
      Watch<R> watch,
      String name,
      ItemStore<R> store,
      Consumer<ControllerConfigurationOverrider<R>> more) {
    operator.register(
        watch,
        (ControllerConfigurationOverrider<R> configuration) -> {
          configuration
              .withName(name)
              .withItemStore(store)
              .withGenerationAware(false)
              .withTriggerReconcilerOnAllEvents(true)
              .withReconciliationMaxInterval(null);
          more.accept(configuration);
        });
  }

  private static <R extends HasMetadata> Watch.Listener<R> waking(
      Runnable wake, Consumer<String> deleted) {
    return new Watch.Listener<>() {
      @Override
      public void changed(R object) {
        wake.run();
      }

      @Override
      public void deleted(R object, boolean seen) {
        deleted.accept(object.getMetadata().getName());
        wake.run();
      }
    };
  }
}
