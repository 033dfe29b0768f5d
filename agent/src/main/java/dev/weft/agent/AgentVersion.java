package dev.weft.agent;

/** The version that this program was built as. */
final class AgentVersion {
  private AgentVersion() {}

  /** From the jar's manifest; {@code development} outside of a jar. */
  static String text() {
    var version = AgentVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
