package dev.weft.e2e.cluster;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Daemons;
import dev.weft.e2e.lab.Kubectl;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.RecordedProcess;
import dev.weft.e2e.lab.Subnet;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** etcd, API server, controllers and scheduler, on a node as kubeadm has them. */
final class ClusterControlPlane {
  private static final String ETCD = "http://127.0.0.1:2379";
  private static final List<String> PROGRAMS =
      List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler");

  private final LabDirectory directory;
  private final ClusterInventory inventory;

  ClusterControlPlane(LabDirectory directory, ClusterInventory inventory) {
    this.directory = directory;
    this.inventory = inventory;
  }

  /** Makes certificates and kubeconfigs. */
  void prepare() {
    var spec = inventory.spec();
    var command = new ArrayList<>(List.of(directory.program("make-cluster-pki"), pki().toString()));
    command.add(
        String.join(
            ",",
            spec.apiInternal(),
            spec.apiPublic(),
            spec.topology().serviceCIDR().getFirst().host(1)));
    inventory.nodes().forEach(n -> command.add(n.name() + "=" + spec.apiEndpoint(n)));
    Shell.run(Place.HOST, Shell.LIMIT, "", command).orThrow();
    try {
      Files.copy(
          pki().resolve("admin.conf"),
          directory.root().resolve("kubeconfig"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts what isn't running, once the API server answers also what needs it. */
  void start() {
    start("etcd", etcd());
    start("kube-apiserver", apiServer());
    awaitReady();
    start("kube-controller-manager", controllerManager());
    start("kube-scheduler", scheduler());
  }

  /** Ends the API server; etcd and the controllers stay. */
  void stopApiServer() {
    directory.process("kube-apiserver").ifPresent(RecordedProcess::kill);
  }

  /** Waits until the API server says it is ready. */
  void awaitReady() {
    var kubectl = kubectl();
    if (!Wait.holds(Duration.ofMinutes(2), () -> kubectl.run("get", "--raw", "/readyz").ok())) {
      throw new IllegalStateException(
          "kube-apiserver isn't ready:\n" + new Daemons(directory).logTail("kube-apiserver"));
    }
  }

  /** The administrator's kubectl, in the network of the control plane's node. */
  Kubectl kubectl() {
    return new Kubectl(
        directory.networkOnly(inventory.controlPlane().name()),
        inventory.programs().resolve("kubectl"),
        directory.root().resolve("kubeconfig"));
  }

  /** Resident memory of each program in KiB, for people. */
  String memory() {
    return PROGRAMS.stream()
        .map(
            p -> p + " " + directory.process(p).map(RecordedProcess::residentKib).orElse(0L) / 1024)
        .collect(Collectors.joining(", "));
  }

  private void start(String program, List<String> arguments) {
    if (directory.process(program).isPresent()) {
      return;
    }
    var command = new ArrayList<>(List.of(inventory.programs().resolve(program).toString()));
    command.addAll(arguments);
    new Daemons(directory)
        .start(directory.machine(inventory.controlPlane().name()), program, Map.of(), command);
  }

  private Path pki() {
    return directory.root().resolve("pki");
  }

  private String pki(String file) {
    return pki().resolve(file).toString();
  }

  private String serviceCIDRs() {
    return cidrs(inventory.spec().topology().serviceCIDR());
  }

  private static String cidrs(List<Subnet> subnets) {
    return subnets.stream().map(Subnet::toString).collect(Collectors.joining(","));
  }

  private List<String> etcd() {
    return List.of(
        "--data-dir=" + inventory.store().resolve("etcd"),
        "--listen-client-urls=" + ETCD,
        "--advertise-client-urls=" + ETCD,
        "--listen-peer-urls=http://127.0.0.1:2380",
        "--log-level=warn");
  }

  private List<String> apiServer() {
    return List.of(
        "--etcd-servers=" + ETCD,
        "--bind-address=0.0.0.0",
        "--advertise-address=" + inventory.spec().apiAdvertised(),
        "--secure-port=6443",
        "--service-cluster-ip-range=" + serviceCIDRs(),
        "--tls-cert-file=" + pki("apiserver.crt"),
        "--tls-private-key-file=" + pki("apiserver.key"),
        "--client-ca-file=" + pki("ca.crt"),
        "--kubelet-client-certificate=" + pki("kubelet-client.crt"),
        "--kubelet-client-key=" + pki("kubelet-client.key"),
        "--kubelet-preferred-address-types=InternalIP",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "--service-account-key-file=" + pki("tokens.pub"),
        "--service-account-signing-key-file=" + pki("tokens.key"),
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--requestheader-client-ca-file=" + pki("front-ca.crt"),
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--proxy-client-cert-file=" + pki("front.crt"),
        "--proxy-client-key-file=" + pki("front.key"),
        "--profiling=false");
  }

  private List<String> controllerManager() {
    var configuration = pki("controller-manager.conf");
    return List.of(
        "--kubeconfig=" + configuration,
        "--authentication-kubeconfig=" + configuration,
        "--authorization-kubeconfig=" + configuration,
        "--allocate-node-cidrs",
        "--cluster-cidr=" + cidrs(inventory.spec().topology().podCIDR()),
        "--service-cluster-ip-range=" + serviceCIDRs(),
        "--use-service-account-credentials",
        "--service-account-private-key-file=" + pki("tokens.key"),
        "--root-ca-file=" + pki("ca.crt"),
        "--cluster-signing-cert-file=" + pki("ca.crt"),
        "--cluster-signing-key-file=" + pki("ca.key"),
        "--leader-elect=false",
        "--bind-address=127.0.0.1");
  }

  private List<String> scheduler() {
    var configuration = pki("scheduler.conf");
    return List.of(
        "--kubeconfig=" + configuration,
        "--authentication-kubeconfig=" + configuration,
        "--authorization-kubeconfig=" + configuration,
        "--leader-elect=false",
        "--bind-address=127.0.0.1");
  }
}
