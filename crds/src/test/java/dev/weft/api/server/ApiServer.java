package dev.weft.api.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * etcd and kube-apiserver on free loopback ports, with RBAC, the Node authorizer and
 * NodeRestriction, and without controllers. Ends with the JVM at the latest, and leaves no file
 * behind.
 */
public final class ApiServer implements AutoCloseable {
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);
  private static final String ADMIN_TOKEN = "admin";
  private static final List<String> KUBELETS = List.of("a", "b");

  /** Who did what, of ServiceAccounts alone; watches when they begin. */
  private static final String AUDIT =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - {level: Metadata, userGroups: ["system:serviceaccounts"]}
      """;

  private final Path binaries;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final String url;
  private final List<String> apiServer;
  private final KubernetesClient admin;
  private final Thread atExit = new Thread(this::stop, "api-server-stop");

  private ApiServer() throws IOException, InterruptedException {
    binaries = binaries();
    directory = Files.createTempDirectory("weft-api");
    Runtime.getRuntime().addShutdownHook(atExit);
    var client = "http://127.0.0.1:" + freePort();
    var peer = "http://127.0.0.1:" + freePort();
    start(
        "etcd",
        List.of(
            "--data-dir=" + directory.resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer,
            "--unsafe-no-fsync"));
    Files.writeString(directory.resolve("tokens"), tokens());
    run(List.of("openssl", "genrsa", "-out", directory.resolve("sa.key").toString(), "2048"));
    Files.writeString(directory.resolve("audit.yaml"), AUDIT);
    var port = freePort();
    url = "https://127.0.0.1:" + port;
    apiServer =
        List.of(
            "--etcd-servers=" + client,
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--cert-dir=" + directory.resolve("certs"),
            "--service-account-key-file=" + directory.resolve("sa.key"),
            "--service-account-signing-key-file=" + directory.resolve("sa.key"),
            "--service-account-issuer=https://kubernetes.default.svc",
            "--audit-policy-file=" + directory.resolve("audit.yaml"),
            "--audit-log-path=" + directory.resolve("audit.log"),
            "--token-auth-file=" + directory.resolve("tokens"),
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none");
    start("kube-apiserver", apiServer);
    admin = clientWith(ADMIN_TOKEN);
    awaitReady();
  }

  /** Starts one; takes 5 to 15 s. */
  public static ApiServer start() throws IOException, InterruptedException {
    return new ApiServer();
  }

  /** A client that may do everything. Closed with the server. */
  public KubernetesClient admin() {
    return admin;
  }

  /** A client with the credential of a kubelet, of node a or b; the caller closes it. */
  public KubernetesClient kubelet(String node) {
    if (!KUBELETS.contains(node)) {
      throw new IllegalArgumentException("there are kubelets of " + KUBELETS);
    }
    return clientWith("kubelet-" + node);
  }

  private static String tokens() {
    var tokens = new StringBuilder(ADMIN_TOKEN + ",admin,1,system:masters\n");
    for (var node : KUBELETS) {
      tokens.append("kubelet-%s,system:node:%s,node-%s,system:nodes\n".formatted(node, node, node));
    }
    return tokens.toString();
  }

  /** A client with the rights of a ServiceAccount; the caller closes it. */
  public KubernetesClient as(String namespace, String serviceAccount) {
    var token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(serviceAccount)
            .tokenRequest(new TokenRequest());
    return clientWith(token.getStatus().getToken());
  }

  /** The port it listens on. */
  public int port() {
    return URI.create(url).getPort();
  }

  /** A configuration with the rights of a ServiceAccount that calls it at another port. */
  public Config configAt(int port, String namespace, String serviceAccount) {
    var account = admin.serviceAccounts().inNamespace(namespace).withName(serviceAccount);
    var token = account.tokenRequest(new TokenRequest()).getStatus().getToken();
    return config("https://127.0.0.1:" + port, token);
  }

  /** A configuration with all rights that calls it at another port, as that of a relay. */
  public Config adminAt(int port) {
    return config("https://127.0.0.1:" + port, ADMIN_TOKEN);
  }

  /**
   * A client with the rights of a ServiceAccount and the token that kubelet would give a Pod of it
   * on a node: bound to the Pod, so that it names the node. The Pod is made where it isn't there;
   * the caller closes the client.
   */
  public KubernetesClient on(String node, String namespace, String serviceAccount) {
    return clientWith(tokenOn(node, namespace, serviceAccount));
  }

  /**
   * A file for {@code KUBECONFIG} with the same token, for a program of its own.
   *
   * @param folder where it is written
   */
  public Path kubeconfigOn(String node, String namespace, String serviceAccount, Path folder)
      throws IOException {
    return Files.writeString(
        folder.resolve(serviceAccount + "-" + node + ".kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: a, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
        users: [{name: a, user: {token: %s}}]
        contexts: [{name: a, context: {cluster: a, user: a, namespace: %s}}]
        current-context: a
        """
            .formatted(url, tokenOn(node, namespace, serviceAccount), namespace));
  }

  /** The certificate that it shows, with that of its authority. */
  public Path certificate() {
    return directory.resolve("certs/apiserver.crt");
  }

  /**
   * The token that kubelet would give a Pod of a ServiceAccount on a node. The Pod is named after
   * both, and made where it isn't there; when it is deleted, the token is worth nothing.
   */
  public String tokenOn(String node, String namespace, String serviceAccount) {
    var name = serviceAccount + "-" + node;
    var pods = admin.pods().inNamespace(namespace);
    if (pods.withName(name).get() == null) {
      pods.resource(
              new PodBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .endMetadata()
                  .withNewSpec()
                  .withNodeName(node)
                  .withServiceAccountName(serviceAccount)
                  .addNewContainer()
                  .withName("main")
                  .withImage("none")
                  .endContainer()
                  .endSpec()
                  .build())
          .create();
    }
    var bound =
        new TokenRequestBuilder()
            .withNewSpec()
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(name)
            .endBoundObjectRef()
            .endSpec()
            .build();
    var token =
        admin.serviceAccounts().inNamespace(namespace).withName(serviceAccount).tokenRequest(bound);
    return token.getStatus().getToken();
  }

  /** Runs {@code kubectl} as admin; gives what it printed. */
  public String kubectl(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                binaries.resolve("kubectl").toString(),
                "--server=" + url,
                "--insecure-skip-tls-verify",
                "--token=" + ADMIN_TOKEN));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** What ServiceAccounts asked of it so far. */
  public List<AuditedRequest> requests() throws IOException {
    var requests = new ArrayList<AuditedRequest>();
    try (var lines = Files.lines(directory.resolve("audit.log"))) {
      for (var line : lines.toList()) {
        requests.add(AuditedRequest.of(new ObjectMapper().readTree(line)));
      }
    }
    return requests;
  }

  /** Kills kube-apiserver; its objects stay. */
  public void fail() {
    processes.removeLast().destroyForcibly().onExit().join();
  }

  /** Brings kube-apiserver back at the same address. */
  public void recover() throws IOException, InterruptedException {
    start("kube-apiserver", apiServer);
    awaitReady();
  }

  /** Root of the repository. */
  public static Path repository() {
    var here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("e2e/tools/kube-apiserver.sh"))) {
      here = java.util.Objects.requireNonNull(here.getParent(), "not inside the repository");
    }
    return here;
  }

  private static Path binaries() throws IOException, InterruptedException {
    var given = System.getenv("KUBE_API_TEST_DIR");
    if (given != null && !given.isEmpty()) {
      return Path.of(given);
    }
    var script = repository().resolve("e2e/tools/kube-apiserver.sh");
    return Path.of(run(List.of("bash", script.toString())).strip());
  }

  private static Config config(String url, String token) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url)
        .withTrustCerts(true)
        .withOauthToken(token)
        .withRequestRetryBackoffLimit(0)
        .withRequestTimeout(60_000)
        .build();
  }

  /** A client with a token; the caller closes it. */
  public KubernetesClient with(String token) {
    return clientWith(token);
  }

  private KubernetesClient clientWith(String token) {
    return new KubernetesClientBuilder()
        .withConfig(config(url, token))
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }

  private void awaitReady() throws InterruptedException {
    var until = System.nanoTime() + STARTS_WITHIN.toNanos();
    while (true) {
      try {
        if ("ok".equals(admin.raw("/readyz"))
            && admin.namespaces().withName("default").get() != null) {
          return;
        }
      } catch (KubernetesClientException e) {
        // not yet
      }
      if (System.nanoTime() > until || processes.stream().anyMatch(p -> !p.isAlive())) {
        throw new IllegalStateException("the API server did not start; see " + directory);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void start(String name, List<String> arguments) throws IOException {
    var command = new ArrayList<>(List.of(binaries.resolve(name).toString()));
    command.addAll(arguments);
    processes.add(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start());
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("KUBECONFIG", "/dev/null"));
    var process = builder.start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + text);
    }
    return text;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    admin.close();
    stop();
  }

  private void stop() {
    processes.reversed().forEach(Process::destroyForcibly);
    try {
      for (var process : processes) {
        process.waitFor(10, TimeUnit.SECONDS);
      }
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
