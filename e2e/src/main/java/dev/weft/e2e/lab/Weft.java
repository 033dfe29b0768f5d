package dev.weft.e2e.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is under test: the operator and the agents, each with the rights that it ships with. */
final class Weft {
  private static final String OPERATOR = "operator";

  /** Seconds until an agent that leaves an AOT cache has ended; some on a busy machine. */
  private static final int AOT_LIMIT = 90;

  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx96m",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Djava.io.tmpdir=/run/tmp",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final LabDirectory directory;
  private final Inventory inventory;
  private final Topology topology;
  private final Path repository;
  private final Kubectl kubectl;

  Weft(LabDirectory directory, Inventory inventory, Kubectl kubectl) {
    this.directory = directory;
    this.inventory = inventory;
    this.topology = inventory.topology();
    this.repository = Path.of(inventory.repository());
    this.kubectl = kubectl;
  }

  /** Installs what {@code deploy/} says: kinds, namespaces, rights. */
  void install() {
    kubectl.run("apply", "--server-side", "-k", repository.resolve("deploy").toString()).orThrow();
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s").orThrow();
  }

  /**
   * Starts the operator on the control plane's machine; its ServiceAccount may do what it ships
   * with.
   */
  void startOperator() {
    if (new Daemons(directory).isKept(OPERATOR)) {
      return;
    }
    var secrets = secrets(ControlPlane.MACHINE, "weft-system", "weft-operator", "");
    new Daemons(directory)
        .startContainer(
            ControlPlane.MACHINE,
            OPERATOR,
            secrets.toString(),
            "",
            environment(topology.apiPrivate(), "weft-system", "weft-operator", "weft-operator-0"),
            operator());
  }

  /** Kills the operator; it isn't started again. */
  void stopOperator() {
    new Daemons(directory).stopContainer(OPERATOR);
  }

  /** Starts the agent of a node, where it isn't running; needs the API server for its token. */
  void startAgent(NodeSpec node) {
    if (new Daemons(directory).isKept(agent(node))) {
      return;
    }
    var secrets = secrets(node.name(), "weft-agents", "weft-agent", node.name());
    var environment =
        environment(
            node.apiAddress(topology), "weft-agents", "weft-agent", "weft-agent-" + node.name());
    environment.put("WEFT_NODE_NAME", node.name());
    environment.put("NODE_NAME", node.name());
    environment.put("WEFT_CNI_PLUGINS_FROM", "/usr/lib/cni");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("WEFT_JAVA_OPTS", "-Djava.io.tmpdir=/run/tmp");
    var program = agentProgram();
    if (node.equals(trainee())) {
      environment.putAll(program.training(directory.name()));
    }
    new Daemons(directory)
        .startContainer(
            node.name(),
            agent(node),
            secrets.toString(),
            ",+net_admin",
            environment,
            List.of(program.folder().resolve("weft-agent").toString()));
  }

  /**
   * Makes the AOT cache of this build's agent where there is none yet: the trainee ends as at an
   * upgrade, leaves what it has loaded, and starts again with it; the others use it from their next
   * start on. Without it a start costs some seconds of a core, which a userspace WireGuard beside
   * it lacks. False: there was nothing to do.
   */
  boolean trainAgent() {
    var program = agentProgram();
    if (Files.exists(program.aotCache())) {
      return false;
    }
    directory.process(agent(trainee())).ifPresent(p -> p.terminate(AOT_LIMIT));
    return program.keepAotCache(directory.name());
  }

  /** The last node: in the default topology nobody could take its role over meanwhile. */
  private NodeSpec trainee() {
    return inventory.nodes().getLast();
  }

  private Program agentProgram() {
    return Program.of(repository, "agent", List.of("weft-agent", "../deploy/launch/find-java.sh"));
  }

  /**
   * Kills the agent of a node as a container is killed: all of it, without a word. It is started
   * again after a second.
   */
  void killAgent(NodeSpec node) {
    directory.process(agent(node)).ifPresent(RecordedProcess::kill);
  }

  /** Kills the agent of a node; it isn't started again. */
  void stopAgent(NodeSpec node) {
    new Daemons(directory).stopContainer(agent(node));
  }

  /** The recorded name of a node's agent. */
  static String agent(NodeSpec node) {
    return "agent-" + node.name();
  }

  private static Map<String, String> environment(
      String api, String namespace, String account, String pod) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("KUBERNETES_SERVICE_HOST", api);
    environment.put("KUBERNETES_SERVICE_PORT", String.valueOf(ControlPlane.API_PORT));
    environment.put("POD_NAMESPACE", namespace);
    environment.put("POD_NAME", pod);
    environment.put("HOSTNAME", pod);
    environment.put("SERVICE_ACCOUNT", account);
    environment.put("HOME", "/run/tmp");
    return environment;
  }

  private List<String> operator() {
    var program = Program.of(repository, "operator", List.of());
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", program.classpath(), "dev.weft.operator.Main"));
    return command;
  }

  /** A folder with a token as a pod has it, bound to its node where it has one; kept if there. */
  private Path secrets(String machine, String namespace, String account, String node) {
    var folder =
        directory.root().resolve("machines").resolve(machine).resolve("secrets-" + account);
    var token = folder.resolve("token");
    if (Files.exists(token)) {
      return folder;
    }
    try {
      Files.createDirectories(folder);
      Files.copy(
          directory.root().resolve("pki/ca.crt"),
          folder.resolve("ca.crt"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(folder.resolve("namespace"), namespace);
      Files.writeString(token, request(namespace, account, node));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String request(String namespace, String account, String node) {
    var bound =
        node.isEmpty()
            ? ""
            : ",\"boundObjectRef\":{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"name\":\"%s\"}"
                .formatted(node);
    Output answer =
        kubectl.input(
            """
            {"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest",
             "spec":{"expirationSeconds":604800,"audiences":["https://kubernetes.default.svc"]%s}}
            """
                .formatted(bound),
            "create",
            "--raw",
            "/api/v1/namespaces/%s/serviceaccounts/%s/token".formatted(namespace, account),
            "-f",
            "-");
    try {
      return new ObjectMapper().readTree(answer.orThrow()).at("/status/token").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("TokenRequest for " + account, e);
    }
  }
}
