package dev.weft.agent.report;

import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
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

  /** Several requests that are not answered, one after the other. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  private final KubernetesClient client;
  private final String nodeName;
  private final ThreadPoolExecutor writer;
  private final Rounds rounds;
  private final Map<String, Finding> recorded = new HashMap<>();
  private final Map<String, Long> toldAt = new HashMap<>();
  private int waiting;

  /** A recorder that has written nothing; the supervision is notified of each Event. */
  public EventRecorder(KubernetesClient client, String nodeName, Supervision supervision) {
    this.rounds = supervision.watch("events", PATIENCE);
    rounds.idle(); // it rests between Events
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
            (lost, _) -> ended());
  }

  /** Records what is new in these findings; called by one thread. */
  public void observe(List<Finding> findings, Instant now) {
    for (var finding : findings) {
      var before = recorded.get(finding.type());
      boolean wasBad = before != null && !before.good();
      boolean sameReason = before != null && before.reason().equals(finding.reason());
      boolean news = finding.good() ? wasBad : !wasBad || !sameReason;
      long since = now.getEpochSecond() - toldAt.getOrDefault(finding.type(), 0L);
      if (news && since >= SPACING_SECONDS && !finding.beginning()) {
        recorded.put(finding.type(), finding);
        toldAt.put(finding.type(), now.getEpochSecond());
        begun();
        writer.execute(() -> tell(finding, now));
      }
    }
  }

  private void tell(Finding finding, Instant now) {
    try {
      write(finding, now);
      rounds.done();
    } catch (RuntimeException | Error e) {
      rounds.failed(e);
    } finally {
      ended();
    }
  }

  private synchronized void begun() {
    if (waiting == 0) {
      rounds.begun();
    }
    waiting++;
  }

  private synchronized void ended() {
    waiting--;
    if (waiting == 0) {
      rounds.idle();
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
    rounds.ended();
  }
}
