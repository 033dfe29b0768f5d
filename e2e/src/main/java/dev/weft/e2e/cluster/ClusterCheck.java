package dev.weft.e2e.cluster;

import dev.weft.e2e.exec.Parallel;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.probe.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What people do with a cluster's network, asked from every pod, every node and the internet: pods,
 * Services by address and name, UDP, NodePort, hostPort, kubelets, source addresses; and by the API
 * server: logs, exec, port-forward, proxy.
 */
public final class ClusterCheck {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final RealCluster cluster;
  private final List<ClusterPod> pods;
  private final String service;

  private ClusterCheck(RealCluster cluster) {
    this.cluster = cluster;
    this.pods = ClusterPod.all(cluster);
    this.service = cluster.kubectl().get("service", "net").at("/spec/clusterIP").asText();
  }

  /**
   * An answer.
   *
   * @param asked such as {@code pod a-1 → Service net by name}
   */
  public record Answer(String asked, boolean good) {}

  private record Question(String asked, String command) {}

  private record Asker(Place place, List<Question> questions) {}

  /** Creates what is asked for, and waits until it runs on every node. */
  public static void prepare(RealCluster cluster) {
    cluster.kubectl().apply(Resources.text("net.yaml"));
    cluster.rolledOut("default", "daemonset/net", Duration.ofMinutes(2));
  }

  /** Asks everything at once. */
  public static List<Answer> ask(RealCluster cluster) {
    var check = new ClusterCheck(cluster);
    var askers = new ArrayList<Asker>();
    if (check.pods.size() != cluster.nodes().size()) {
      var running = check.pods.stream().map(ClusterPod::node).toList();
      return cluster.nodes().stream()
          .map(node -> new Answer("a pod on " + node, running.contains(node)))
          .toList();
    }
    check.pods.forEach(pod -> askers.add(check.fromPod(pod)));
    cluster.nodes().forEach(node -> askers.add(check.fromNode(node)));
    askers.add(check.fromInternet());
    askers.add(check.fromAdministrator());
    return Parallel.map(askers, ClusterCheck::answers).stream().flatMap(List::stream).toList();
  }

  /** The check's pods on these nodes, as the probes see them; those that don't run are left out. */
  public static List<Endpoint> endpoints(RealCluster cluster, List<String> nodes) {
    return ClusterPod.all(cluster).stream()
        .filter(pod -> nodes.contains(pod.node()))
        .map(pod -> pod.endpoint(cluster))
        .toList();
  }

  private static List<Answer> answers(Asker asker) {
    var script = new StringBuilder();
    for (int i = 0; i < asker.questions().size(); i++) {
      script.append(
          "{ if ( %s ) >/dev/null 2>&1; then echo good %d; fi; } &\n"
              .formatted(asker.questions().get(i).command(), i));
    }
    script.append("wait\n");
    var good =
        Shell.run(asker.place(), LIMIT, script.toString(), List.of("bash", "-s"))
            .out()
            .lines()
            .toList();
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < asker.questions().size(); i++) {
      answers.add(new Answer(asker.questions().get(i).asked(), good.contains("good " + i)));
    }
    return answers;
  }

  private static Question get(String asked, String target) {
    return new Question(asked, "curl -sf -m 5 -o /dev/null http://" + target);
  }

  private Asker fromPod(ClusterPod pod) {
    var me = "pod " + pod.node();
    var questions = new ArrayList<Question>();
    for (var other : pods) {
      questions.add(get(me + " → pod " + other.node(), other.address() + ":8080/hostname"));
      questions.add(
          new Question(
              "source of %s at pod %s".formatted(me, other.node()),
              "curl -sf -m 5 http://%s:8080/clientip | grep -q '^%s:'"
                  .formatted(other.address(), pod.address())));
    }
    questions.add(get(me + " → Service net by address", service + "/hostname"));
    questions.add(get(me + " → Service net by name", "net.default.svc.cluster.local/hostname"));
    questions.add(
        new Question(
            me + " → Service kubernetes",
            "curl -sk -m 5 https://kubernetes.default/version | grep -q gitVersion"));
    questions.add(
        new Question(
            me + " → UDP Service",
            "echo hostname | nc -u -w 2 %s 81 | grep -q net-".formatted(service)));
    for (var node : cluster.nodes()) {
      var address = cluster.address(node);
      questions.add(get("%s → NodePort of %s".formatted(me, node), address + ":30080/hostname"));
      questions.add(get("%s → hostPort of %s".formatted(me, node), address + ":18080/hostname"));
      questions.add(kubelet(me, node));
    }
    return new Asker(
        within(cluster.machine(pod.node()), me, "nsenter", "-t", "" + pod.pid(), "-n", "-m", "--"),
        questions);
  }

  private Question kubelet(String me, String node) {
    return new Question(
        "%s → kubelet of %s".formatted(me, node),
        "curl -sk -m 5 -o /dev/null https://%s:10250/".formatted(cluster.address(node)));
  }

  private Asker fromNode(String node) {
    var me = "node " + node;
    var questions = new ArrayList<Question>();
    for (var pod : pods) {
      questions.add(get(me + " → pod " + pod.node(), pod.address() + ":8080/hostname"));
    }
    questions.add(get(me + " → Service net", service + "/hostname"));
    questions.add(
        new Question(
            me + " → Service kubernetes",
            "curl -sk -m 5 https://%s/version | grep -q gitVersion"
                .formatted(
                    cluster.inventory().spec().topology().serviceCIDR().getFirst().host(1))));
    for (var other : cluster.nodes()) {
      var address = cluster.address(other);
      questions.add(get("%s → NodePort of %s".formatted(me, other), address + ":30080/hostname"));
      questions.add(get("%s → hostPort of %s".formatted(me, other), address + ":18080/hostname"));
      questions.add(kubelet(me, other));
    }
    return new Asker(cluster.machine(node), questions);
  }

  /** NodePorts and hostPorts of the nodes that the internet reaches, and the source they see. */
  private Asker fromInternet() {
    var questions = new ArrayList<Question>();
    for (var node : cluster.nodes()) {
      for (var address : cluster.externalAddress(node)) {
        // Several times: kube-proxy chooses a pod at random.
        for (int i = 1; i <= 4; i++) {
          questions.add(
              get("internet → NodePort of %s, %d".formatted(node, i), address + ":30080/hostname"));
        }
        questions.add(get("internet → hostPort of " + node, address + ":18080/hostname"));
        questions.add(
            new Question(
                "source of the internet at NodePort Local of " + node,
                "curl -sf -m 5 http://%s:30081/clientip | grep -qE '^(192\\.0\\.2|198\\.51\\.100|203\\.0\\.113)\\.[0-9]+:'"
                    .formatted(address)));
      }
    }
    return new Asker(cluster.internet(), questions);
  }

  private Asker fromAdministrator() {
    var kubectl =
        "%s --kubeconfig=%s"
            .formatted(
                cluster.inventory().programs().resolve("kubectl"),
                cluster.directory().root().resolve("kubeconfig"));
    var questions = new ArrayList<Question>();
    int port = 28080;
    for (var pod : pods) {
      var on = " on " + pod.node();
      questions.add(
          new Question(
              "logs" + on,
              "timeout 20 %s logs %s --tail=1 | grep -q .".formatted(kubectl, pod.name())));
      questions.add(
          new Question(
              "exec" + on, "timeout 20 %s exec %s -- true".formatted(kubectl, pod.name())));
      questions.add(
          new Question(
              "port-forward" + on,
              """
              %1$s port-forward %2$s %3$d:8080 & forward=$!; code=1
              for i in $(seq 40); do
                if curl -sf -m 2 -o /dev/null http://127.0.0.1:%3$d/hostname; then code=0; break; fi
                sleep 0.25
              done
              kill $forward; exit $code"""
                  .formatted(kubectl, pod.name(), port++)));
      questions.add(
          new Question(
              "API server's proxy to the pod" + on,
              "timeout 20 %s get --raw /api/v1/namespaces/default/pods/%s:8080/proxy/hostname | grep -q net-"
                  .formatted(kubectl, pod.name())));
    }
    var first = cluster.nodes().getFirst();
    return new Asker(cluster.directory().networkOnly(first), questions);
  }

  private static Place within(Place place, String name, String... enter) {
    return new Place(name, Stream.concat(place.enter().stream(), Stream.of(enter)).toList());
  }
}
