package dev.weft.agent.netlink;

/**
 * What the fuzzer calls: reads bytes as a datagram from rtnetlink or generic netlink (first byte
 * even or odd). Bytes that are no message must say so at an offset inside them; whatever else is
 * thrown, and what never ends, is a finding.
 */
public final class DecoderFuzzTarget {
  private DecoderFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    var datagram = java.util.Arrays.copyOfRange(data, 1, data.length);
    try {
      for (var message : Captured.messages(datagram)) {
        Object ignored = data[0] % 2 == 0 ? Decoding.ofRoute(message) : Decoding.ofGeneric(message);
      }
    } catch (MalformedMessageException e) {
      if (e.offset() < 0 || e.offset() > datagram.length) {
        throw new IllegalStateException("an offset outside the datagram: " + e, e);
      }
    }
  }
}
