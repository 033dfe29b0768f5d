package dev.weft.operator.publish;

import dev.weft.mesh.problem.Problem;
import dev.weft.operator.http.Metrics;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events: one per problem when it appears. The name of an Event is made from what it says, so that
 * a restarted operator doesn't say it twice while the first is still kept.
 */
final class EventRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final Duration LASTING = Duration.ofMillis(700);
  // a node that joins has no key for some seconds
  private static final String JOINING = "NoKey";
  private static final Duration JOINING_LASTING = Duration.ofSeconds(15);
  private static final long TOLD = Long.MIN_VALUE;
  private static final int ALREADY_EXISTS = 409;
  private static final int LONGEST_NOTE = 1024;

  private final KubernetesClient client;
  private final String instance;
  private final EventSender sender;
  private final Map<Problem, Long> known = new HashMap<>();

  /** A recorder that has said nothing yet. */
  EventRecorder(KubernetesClient client, String instance, Metrics metrics, Fence fence) {
    this.client = client;
    this.sender =
        new EventSender(
            event -> {
              fence.pass();
              create(event);
            },
            metrics::eventDropped,
            System::nanoTime,
            metrics.threads());
    this.instance = instance;
  }

  /**
   * Tells of those problems that weren't told yet and have lasted a moment: what two watches that
   * run at different speeds make up between them is no problem.
   *
   * @param objects finds the object of a kind and name; null: it is gone
   * @return the time after which it wants to be called again
   */
  Duration tell(
      List<Problem> problems, BiFunction<String, String, @Nullable HasMetadata> objects, long now) {
    var next = Duration.ofDays(1);
    known.keySet().retainAll(new HashSet<>(problems));
    for (var problem : problems) {
      var since = known.computeIfAbsent(problem, p -> now);
      var lasting = problem.reason().equals(JOINING) ? JOINING_LASTING : LASTING;
      if (since != TOLD && now - since >= lasting.toNanos()) {
        known.put(problem, TOLD);
        var object = objects.apply(problem.kind(), problem.name());
        if (object == null || record(object, "Warning", problem.reason(), Words.of(problem))) {
          LOG.info("{}", problem);
        }
      } else if (since != TOLD) {
        var left = lasting.minusNanos(now - since);
        next = left.compareTo(next) < 0 ? left : next;
      }
    }
    return next;
  }

  /** Tells that something happened to an object; whether there was room in the budget. */
  boolean record(HasMetadata object, String type, String reason, String note) {
    var meta = object.getMetadata();
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name(object, reason, note))
            .endMetadata()
            .withRegarding(
                new ObjectReferenceBuilder()
                    .withApiVersion(object.getApiVersion())
                    .withKind(object.getKind())
                    .withName(meta.getName())
                    .withUid(meta.getUid())
                    .build())
            .withType(type)
            .withReason(reason)
            .withNote(note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE))
            .withAction("Plan")
            .withReportingController("weft-operator")
            .withReportingInstance(instance)
            .withEventTime(new MicroTime(MICROS.format(Instant.now())))
            .build();
    return sender.offer(event);
  }

  private void create(Event event) {
    try {
      client.events().v1().events().inNamespace("default").resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != ALREADY_EXISTS) {
        LOG.warn("Event {}: {}", event.getReason(), e.getMessage());
      }
    }
  }

  private static String name(HasMetadata object, String reason, String note) {
    try {
      var text = object.getMetadata().getUid() + "\n" + reason + "\n" + note;
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return shortened(object.getMetadata().getName())
          + "."
          + HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String shortened(String name) {
    return name.length() <= 230 ? name : name.substring(0, 230);
  }

  @Override
  public void close() {
    sender.close();
  }
}
