package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** etcd and kube-apiserver on a machine of their own in the first cloud. */
final class ControlPlane {
  static final String MACHINE = "control-plane";
  static final int API_PORT = 6443;
  private static final String CONTROLLERS = "kube-controller-manager";
  private static final String ETCD = "http://127.0.0.1:2379";

  private final LabDirectory directory;
  private final Topology topology;
  private final Path binaries;

  /**
   * @param binaries the folder of kube-apiserver, etcd and kubectl
   */
  ControlPlane(LabDirectory directory, Topology topology, Path binaries) {
    this.directory = directory;
    this.topology = topology;
    this.binaries = binaries;
  }

  /** Makes certificates, tokens and the administrator's kubeconfig. */
  void prepare() {
    var pki = directory.root().resolve("pki");
    Shell.run(
            Place.HOST,
            directory.program("make-pki"),
            pki.toString(),
            topology.apiPublic(),
            topology.apiPrivate(),
            topology.serviceCIDR().getFirst().host(1),
            "127.0.0.1")
        .orThrow();
    var token = UUID.randomUUID().toString();
    try {
      Files.writeString(
          pki.resolve("tokens.csv"), "%s,admin,admin,system:masters%n".formatted(token));
      var authority = Base64.getEncoder().encodeToString(Files.readAllBytes(pki.resolve("ca.crt")));
      Files.writeString(
          kubeconfig(),
          """
          apiVersion: v1
          kind: Config
          clusters: [{name: lab, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}]
          users: [{name: admin, user: {token: %s}}]
          contexts: [{name: lab, context: {cluster: lab, user: admin}}]
          current-context: lab
          """
              .formatted(API_PORT, authority, token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts what isn't running; doesn't wait. */
  void start() {
    var daemons = new Daemons(directory);
    var machine = directory.machine(MACHINE);
    if (directory.process("etcd").isEmpty()) {
      daemons.start(machine, "etcd", Map.of(), etcd());
    }
    if (directory.process("kube-apiserver").isEmpty()) {
      daemons.start(machine, "kube-apiserver", Map.of(), apiServer());
    }
  }

  /** Waits until the API server says it is ready. */
  void awaitReady() {
    var kubectl = kubectl();
    if (!Wait.holds(Duration.ofMinutes(2), () -> kubectl.run("get", "--raw", "/readyz").ok())) {
      throw new IllegalStateException(
          "kube-apiserver isn't ready:\n" + new Daemons(directory).logTail("kube-apiserver"));
    }
  }

  /** Ends the API server; etcd stays. */
  void stopApiServer() {
    directory.process("kube-apiserver").ifPresent(RecordedProcess::kill);
  }

  /**
   * Ends the controllers, the API server and etcd, replaces etcd's data by those of a folder, and
   * starts what ran before.
   *
   * @param source of the data; a folder that doesn't exist: etcd starts empty
   */
  void restoreEtcd(Path source) {
    replaceEtcd(
        "rm -rf %s && { test ! -d %s || cp -a %s %s; }"
            .formatted(etcdData(), source, source, etcdData()));
  }

  /** Copies etcd's data into a folder; all of the control plane is away for a moment. */
  void saveEtcd(Path target) {
    replaceEtcd("rm -rf %s && cp -a %s %s".formatted(target, etcdData(), target));
  }

  private void replaceEtcd(String script) {
    boolean controllers = directory.process(CONTROLLERS).isPresent();
    for (var name : List.of(CONTROLLERS, "kube-apiserver", "etcd")) {
      directory.process(name).ifPresent(RecordedProcess::terminate);
    }
    Shell.script(Place.HOST, script).orThrow();
    start();
    awaitReady();
    if (controllers) {
      startControllers(controllerManager());
    }
  }

  /**
   * Starts Kubernetes' own controllers of namespaces and of owner references, which remove what a
   * deletion leaves behind.
   *
   * @param program kube-controller-manager
   */
  void startControllers(Path program) {
    if (directory.process(CONTROLLERS).isPresent()) {
      return;
    }
    try {
      Files.writeString(directory.root().resolve(CONTROLLERS), program.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    new Daemons(directory)
        .start(
            directory.machine(MACHINE),
            CONTROLLERS,
            Map.of(),
            List.of(
                program.toString(),
                "--kubeconfig=" + kubeconfig(),
                "--controllers=garbage-collector-controller,namespace-controller",
                "--leader-elect=false",
                "--secure-port=0"));
  }

  /** Ends the controllers. */
  void stopControllers() {
    directory.process(CONTROLLERS).ifPresent(RecordedProcess::terminate);
  }

  private Path controllerManager() {
    try {
      return Path.of(Files.readString(directory.root().resolve(CONTROLLERS)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path etcdData() {
    return directory.root().resolve("machines/control-plane/etcd");
  }

  /** The administrator's kubectl. */
  Kubectl kubectl() {
    return new Kubectl(directory.networkOnly(MACHINE), binaries.resolve("kubectl"), kubeconfig());
  }

  private Path kubeconfig() {
    return directory.root().resolve("kubeconfig");
  }

  private List<String> etcd() {
    return List.of(
        binaries.resolve("etcd").toString(),
        "--data-dir=" + etcdData(),
        "--listen-client-urls=" + ETCD,
        "--advertise-client-urls=" + ETCD,
        "--listen-peer-urls=http://127.0.0.1:2380",
        "--log-level=warn");
  }

  private List<String> apiServer() {
    var pki = directory.root().resolve("pki");
    return List.of(
        binaries.resolve("kube-apiserver").toString(),
        "--etcd-servers=" + ETCD,
        "--bind-address=" + (topology.apiPrivate().contains(":") ? "::" : "0.0.0.0"),
        "--advertise-address=" + topology.apiPrivate(),
        "--secure-port=" + API_PORT,
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range="
            + topology.serviceCIDR().stream()
                .map(Subnet::toString)
                .collect(Collectors.joining(",")),
        "--tls-cert-file=" + pki.resolve("server.crt"),
        "--tls-private-key-file=" + pki.resolve("server.key"),
        "--client-ca-file=" + pki.resolve("ca.crt"),
        "--token-auth-file=" + pki.resolve("tokens.csv"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + pki.resolve("tokens.pub"),
        "--service-account-signing-key-file=" + pki.resolve("tokens.key"),
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--profiling=false");
  }
}
