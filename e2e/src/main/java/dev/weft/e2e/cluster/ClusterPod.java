package dev.weft.e2e.cluster;

import dev.weft.e2e.exec.NetworkNamespace;
import dev.weft.e2e.exec.Parallel;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.probe.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A running pod of the check's DaemonSet.
 *
 * @param pid of its first container's process, in its node's PID namespace
 */
record ClusterPod(String node, String name, String address, long pid) {
  /** All of them, by node; those without an address or process yet are left out. */
  static List<ClusterPod> all(RealCluster cluster) {
    var items = cluster.kubectl().get("pods", "-l", "app=net").path("items");
    var pids = new ConcurrentHashMap<String, String>();
    Parallel.each(
        cluster.nodes(),
        node -> {
          var tasks = Shell.run(cluster.machine(node), "ctr", "-n", "k8s.io", "task", "ls").out();
          tasks
              .lines()
              .map(line -> line.split("\\s+", -1))
              .filter(fields -> fields.length >= 3 && fields[2].equals("RUNNING"))
              .forEach(fields -> pids.put(fields[0], fields[1]));
        });
    var pods = new ArrayList<ClusterPod>();
    for (var item : StreamSupport.stream(items.spliterator(), false).toList()) {
      var id =
          item.at("/status/containerStatuses/0/containerID").asText().replace("containerd://", "");
      var address = item.at("/status/podIP").asText();
      var pid = pids.get(id);
      if (pid != null
          && !address.isEmpty()
          && item.at("/metadata/deletionTimestamp").isMissingNode()) {
        pods.add(
            new ClusterPod(
                item.at("/spec/nodeName").asText(),
                item.at("/metadata/name").asText(),
                address,
                Long.parseLong(pid)));
      }
    }
    return pods.stream()
        .sorted(Comparator.comparing(ClusterPod::node))
        .collect(Collectors.toList());
  }

  /** The pod as the probes see it. */
  Endpoint endpoint(RealCluster cluster) {
    // By the host's number of the process: /proc of the node's first process shows the node's.
    var root = cluster.directory().process("machine-" + node).orElseThrow().pid();
    return new Endpoint(node, address, new NetworkNamespace(hostProcess(root).resolve("ns/net")));
  }

  private Path hostProcess(long root) {
    return Path.of("/proc/" + root + "/root/proc/" + pid);
  }
}
