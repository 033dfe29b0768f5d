package dev.weft.mesh.net;

/**
 * An address on a link, with the length of the prefix that is on-link there, such as {@code
 * 10.0.1.5/24}.
 *
 * @param address the host's address
 * @param length prefix length in bits
 */
public record InterfaceAddress(IpAddress address, int length) {
  public InterfaceAddress {
    Prefix.of(address, length);
  }

  /**
   * Parses {@code 10.0.1.5/24}.
   *
   * @throws IllegalArgumentException with a text that shows the value
   */
  public static InterfaceAddress parse(String text) {
    int slash = text.indexOf('/');
    var address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    return new InterfaceAddress(address, Prefix.parseMasked(text).length());
  }

  /** The prefix that is on-link. */
  public Prefix network() {
    return Prefix.of(address, length);
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
