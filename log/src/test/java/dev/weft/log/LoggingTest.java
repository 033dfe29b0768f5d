package dev.weft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private static final String NAME = "dev.weft.agent.reconcile.Reconciler";
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private void configure(LogLevel level, LogFormat format) {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    Logging.configure(level, format, Level.OFF);
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @AfterEach
  void asBefore() {
    System.setErr(before);
    Logging.configure(LogLevel.INFO, LogFormat.TEXT, Level.WARNING);
  }

  @Test
  void textHasTimeLevelShortNameAndMessage() {
    configure(LogLevel.INFO, LogFormat.TEXT);
    LoggerFactory.getLogger(NAME).info("{} of {} changes made", 3, 4);
    assertEquals(1, lines().size());
    var line = lines().getFirst();
    assertTrue(
        line.matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO Reconciler 3 of 4 changes made"),
        line);
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void nobodyCanForgeARecordByAName(LogFormat format) {
    configure(LogLevel.INFO, format);
    var forged = "2026-01-01T00:00:00.000Z INFO Reconciler all is well";
    for (var end :
        List.of("\n", "\r", "\r\n", "\u2028", "\u0085", "\u001b[2K\u001b[1G", "\u202e")) {
      LoggerFactory.getLogger(NAME)
          .warn(
              "Peer {} is bad", "p" + end + forged, new IllegalStateException("x" + end + forged));
    }
    var text = written.toString(StandardCharsets.UTF_8);
    assertEquals(7, text.lines().filter(l -> l.matches("(\\{\"time\":\"2|2).*")).count(), text);
    assertTrue(text.chars().allMatch(c -> c == '\n' || c == '\t' || (c >= ' ' && c < 127)), text);
  }

  @Test
  void jsonKeepsARecordOnOneLineWhateverIsInIt() throws JsonProcessingException {
    configure(LogLevel.INFO, LogFormat.JSON);
    LoggerFactory.getLogger(NAME)
        .error("it \"broke\"\nhere \u2028", new IllegalStateException("why"));
    assertEquals(1, lines().size());
    JsonNode record = new ObjectMapper().readTree(lines().getFirst());
    assertEquals("error", record.path("level").asText());
    assertEquals(NAME, record.path("logger").asText());
    assertEquals("it \"broke\"\nhere \u2028", record.path("message").asText());
    assertEquals(Thread.currentThread().getName(), record.path("thread").asText());
    assertTrue(record.path("time").asText().endsWith("Z"));
    assertTrue(
        record.path("stackTrace").asText().startsWith("java.lang.IllegalStateException: why"));
  }

  @Test
  void jsonHasNoStackTraceWhereNothingWasThrown() throws JsonProcessingException {
    configure(LogLevel.INFO, LogFormat.JSON);
    LoggerFactory.getLogger(NAME).warn("said");
    assertFalse(new ObjectMapper().readTree(lines().getFirst()).has("stackTrace"));
  }

  @ParameterizedTest
  @CsvSource({"ERROR, 1", "WARN, 2", "INFO, 3", "DEBUG, 4", "TRACE, 5"})
  void whatIsLessImportantThanTheLevelIsNotWritten(LogLevel level, int records) {
    configure(level, LogFormat.TEXT);
    var log = LoggerFactory.getLogger(NAME);
    log.error("1");
    log.warn("2");
    log.info("3");
    log.debug("4");
    log.trace("5");
    assertEquals(records, lines().size());
    assertTrue(lines().getLast().contains(" " + level + " "), lines()::toString);
  }

  @Test
  void librariesAreHeardFromWarnOnAndTheClientWhenAskedFor() {
    configure(LogLevel.TRACE, LogFormat.TEXT);
    LoggerFactory.getLogger("org.example.Library").info("chatter");
    LoggerFactory.getLogger("org.example.Library").warn("trouble");
    LoggerFactory.getLogger("io.fabric8.kubernetes.client.Watch").warn("the server is away");
    assertEquals(1, lines().size());
    assertTrue(lines().getFirst().endsWith("WARN Library trouble"), lines()::toString);
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThereAre() {
    assertEquals(
        "'loud' is no log level; write error, warn, info, debug or trace",
        assertThrows(IllegalArgumentException.class, () -> LogLevel.of("loud")).getMessage());
    assertEquals(
        "'xml' is no log format; write text or json",
        assertThrows(IllegalArgumentException.class, () -> LogFormat.of("xml")).getMessage());
    assertEquals(LogFormat.JSON, LogFormat.of("Json"));
  }
}
