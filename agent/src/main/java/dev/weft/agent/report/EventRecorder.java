package dev.weft.agent.report;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on the own Node when a finding turns bad for a new reason, or well again; at most one per
 * type and minute. Written in the background; lost when the API server is away.
 */
public final class EventRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final long SPACING_SECONDS = 60;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  /** What is no news at start: not everything can be well from the first moment. */
  private static final List<String> BEGINNINGS = List.of("Waiting", "NoView", "NoPodCIDRs");

  private final KubernetesClient client;
  private final String nodeName;
  private final ThreadPoolExecutor writer;
  private final Map<String, Finding> told = new HashMap<>();
  private final Map<String, Long> toldAt = new HashMap<>();

  public EventRecorder(KubernetesClient client, String nodeName) {
    this.client = client;
    this.nodeName = nodeName;
    this.writer =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(16),
            Thread.ofPlatform().daemon().name("events").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Tells what is new in these findings; called by one thread. */
  public void observe(List<Finding> findings, Instant now) {
    for (var finding : findings) {
      var before = told.get(finding.type());
      boolean wasBad = before != null && !before.good();
      boolean sameReason = before != null && before.reason().equals(finding.reason());
      boolean news = finding.good() ? wasBad : !wasBad || !sameReason;
      long since = now.getEpochSecond() - toldAt.getOrDefault(finding.type(), 0L);
      if (news && since >= SPACING_SECONDS && !BEGINNINGS.contains(finding.reason())) {
        told.put(finding.type(), finding);
        toldAt.put(finding.type(), now.getEpochSecond());
        writer.execute(() -> write(finding, now));
      }
    }
  }

  private void write(Finding finding, Instant now) {
    var time = new MicroTime(ZonedDateTime.ofInstant(now, ZoneOffset.UTC).format(MICROS));
    var message = finding.message().isEmpty() ? finding.type() + " again" : finding.message();
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withGenerateName(nodeName + ".")
            .withNamespace("default")
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion("weft.dev/v1alpha1")
            .withKind("NodeReport")
            .withName(nodeName)
            .endInvolvedObject()
            .withType(finding.good() ? "Normal" : "Warning")
            .withReason(finding.reason())
            .withMessage(message)
            .withAction(finding.type())
            .withReportingComponent("weft-agent")
            .withReportingInstance(nodeName)
            .withNewSource("weft-agent", nodeName)
            .withEventTime(time)
            .withFirstTimestamp(now.toString())
            .withLastTimestamp(now.toString())
            .withCount(1)
            .build();
    try {
      client.v1().events().inNamespace("default").resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.debug("Event {} lost: {}", finding.reason(), e.getMessage());
    }
  }

  @Override
  public void close() {
    writer.shutdownNow();
  }
}
