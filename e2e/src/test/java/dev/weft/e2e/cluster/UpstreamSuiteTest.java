package dev.weft.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamSuiteTest {
  /**
   * Lines as ginkgo 2.28 writes them: set-up, a spec that passed, one that failed, one left out.
   */
  private static final String REPORT =
      """
      <testcase name="[SynchronizedBeforeSuite]" classname="Kubernetes e2e suite" status="passed" time="0.02">
      <testcase name="[It] [sig-network] DNS should provide DNS [Conformance] [sig-network, Conformance]" classname="Kubernetes e2e suite" status="passed" time="3">
      <testcase name="[It] [sig-network] HostPort validates [Conformance]" classname="Kubernetes e2e suite" status="failed" time="20">
      <testcase name="[It] [sig-network] Services panics [sig-network]" classname="Kubernetes e2e suite" status="panicked" time="1">
      <testcase name="[It] [sig-apps] Job should run" classname="Kubernetes e2e suite" status="skipped" time="0">
      """;

  @Test
  void setUpAndWhatWasLeftOutDoNotCount() {
    var result = UpstreamSuite.read(REPORT, Path.of("log"));
    assertEquals(List.of("[sig-network] DNS should provide DNS [Conformance]"), result.passed());
    assertEquals(
        List.of("[sig-network] HostPort validates [Conformance]", "[sig-network] Services panics"),
        result.failed());
  }
}
