package dev.weft.mesh.client;

import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.stream.Collectors;

/** Client configurations in the forms of wg(8), wg-quick(8) and nm-settings-keyfile(5). */
public final class WireGuardText {
  /** IFNAMSIZ without its final zero. */
  private static final int LONGEST_LINK_NAME = 15;

  private WireGuardText() {}

  /** As {@code wg-quick up} and the WireGuard apps read it. */
  public static String wgQuick(ClientConfig config, ClientSecrets secrets) {
    var text = new StringBuilder("[Interface]\n");
    line(text, "PrivateKey", secrets.privateKey().reveal());
    line(text, "Address", joined(config.addresses(), ", "));
    line(text, "DNS", joined(config.dns(), ", "));
    line(text, "MTU", config.mtu() == 0 ? "" : String.valueOf(config.mtu()));
    line(text, "ListenPort", config.listenPort() == 0 ? "" : String.valueOf(config.listenPort()));
    config.peers().forEach(p -> peer(text, p, secrets));
    return text.toString();
  }

  /** As {@code wg setconf} and {@code wg syncconf} read it: no addresses, no DNS. */
  public static String wg(ClientConfig config, ClientSecrets secrets) {
    var text = new StringBuilder("[Interface]\n");
    line(text, "PrivateKey", secrets.privateKey().reveal());
    line(text, "ListenPort", config.listenPort() == 0 ? "" : String.valueOf(config.listenPort()));
    config.peers().forEach(p -> peer(text, p, secrets));
    return text.toString();
  }

  private static void peer(StringBuilder text, ClientPeer peer, ClientSecrets secrets) {
    text.append("\n# %s, gateway of %s\n[Peer]\n".formatted(peer.gateway(), peer.location()));
    line(text, "PublicKey", peer.publicKey().text());
    line(text, "PresharedKey", presharedKey(secrets));
    line(text, "AllowedIPs", joined(peer.allowedIPs(), ", "));
    line(text, "Endpoint", joined(peer.endpoint(), ""));
    line(text, "PersistentKeepalive", keepalive(peer));
  }

  /** As NetworkManager keeps it below {@code /etc/NetworkManager/system-connections}, mode 0600. */
  public static String networkManagerKeyfile(ClientConfig config, ClientSecrets secrets) {
    var text = new StringBuilder();
    text.append("[connection]\n");
    line(text, "id", config.name());
    line(text, "type", "wireguard");
    line(text, "interface-name", linkName(config.name()));
    text.append("\n[wireguard]\n");
    line(text, "private-key", secrets.privateKey().reveal());
    line(text, "listen-port", config.listenPort() == 0 ? "" : String.valueOf(config.listenPort()));
    line(text, "mtu", config.mtu() == 0 ? "" : String.valueOf(config.mtu()));
    for (var peer : config.peers()) {
      text.append("\n[wireguard-peer.%s]\n".formatted(peer.publicKey().text()));
      line(text, "endpoint", joined(peer.endpoint(), ""));
      line(text, "preshared-key", presharedKey(secrets));
      line(text, "preshared-key-flags", presharedKey(secrets).isEmpty() ? "" : "0");
      line(text, "persistent-keepalive", keepalive(peer));
      line(text, "allowed-ips", joined(peer.allowedIPs(), ";") + ";");
    }
    family(text, "ipv4", config, Family.IPV4);
    family(text, "ipv6", config, Family.IPV6);
    return text.toString();
  }

  private static void family(
      StringBuilder text, String section, ClientConfig config, Family family) {
    text.append("\n[%s]\n".formatted(section));
    var addresses = config.addresses().stream().filter(a -> a.family() == family).toList();
    int number = 1;
    for (Prefix address : addresses) {
      line(text, "address" + number++, address.toString());
    }
    var dns = config.dns().stream().filter(d -> d.family() == family).toList();
    line(text, "dns", dns.isEmpty() ? "" : joined(dns, ";") + ";");
    line(text, "method", addresses.isEmpty() ? "disabled" : "manual");
  }

  /** A link name made of a Peer's: what the kernel wouldn't take is left out. */
  public static String linkName(String peer) {
    var name = peer.replaceAll("[^A-Za-z0-9_=+.-]", "");
    return name.length() <= LONGEST_LINK_NAME ? name : name.substring(0, LONGEST_LINK_NAME);
  }

  private static String presharedKey(ClientSecrets secrets) {
    return secrets.presharedKey().equals(PresharedKey.NONE) ? "" : secrets.presharedKey().reveal();
  }

  private static String keepalive(ClientPeer peer) {
    int seconds = peer.persistentKeepaliveSeconds();
    return seconds == 0 ? "" : String.valueOf(seconds);
  }

  private static String joined(List<?> values, String separator) {
    return values.stream().map(Object::toString).collect(Collectors.joining(separator));
  }

  /**
   * Nothing where there is no value. NetworkManager wants no blanks around the sign; wg doesn't
   * mind.
   */
  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      boolean keyfile = Character.isLowerCase(name.charAt(0));
      text.append(name).append(keyfile ? "=" : " = ").append(value).append('\n');
    }
  }
}
