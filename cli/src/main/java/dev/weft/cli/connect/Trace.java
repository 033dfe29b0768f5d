package dev.weft.cli.connect;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One thing that a connection has done, or was about to do, and what it was before. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "what")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Trace.MadePeer.class, name = "peer"),
  @JsonSubTypes.Type(value = Trace.Issued.class, name = "issued"),
  @JsonSubTypes.Type(value = Trace.Folder.class, name = "folder"),
  @JsonSubTypes.Type(value = Trace.Device.class, name = "device"),
  @JsonSubTypes.Type(value = Trace.Table.class, name = "table"),
  @JsonSubTypes.Type(value = Trace.Rule.class, name = "rule"),
  @JsonSubTypes.Type(value = Trace.Filter.class, name = "filter"),
  @JsonSubTypes.Type(value = Trace.Setting.class, name = "setting"),
  @JsonSubTypes.Type(value = Trace.ResolvedLink.class, name = "resolved"),
  @JsonSubTypes.Type(value = Trace.Resolvconf.class, name = "resolvconf"),
  @JsonSubTypes.Type(value = Trace.ResolvConf.class, name = "resolv.conf")
})
sealed interface Trace {
  /** A Peer object; it is ours as long as it has that key. */
  record MadePeer(String name, String publicKey) implements Trace {}

  /** What an existing Peer said was handed out; empty: nothing. */
  record Issued(String name, String before) implements Trace {}

  /** A folder that wasn't there. */
  record Folder(String path) implements Trace {}

  /** A WireGuard device. */
  record Device(String name) implements Trace {}

  /** Routes of a table that was empty; family 4 or 6. */
  record Table(int family, int number) implements Trace {}

  /** A rule in ip-rule(8)'s words; family 4 or 6. */
  record Rule(int family, String words) implements Trace {}

  /** A table of nftables, family inet. */
  record Filter(String table) implements Trace {}

  /** A file below {@code /proc/sys}. */
  record Setting(String path, String before) implements Trace {}

  /** DNS servers of a link, given to systemd-resolved. */
  record ResolvedLink(String device) implements Trace {}

  /** DNS servers, given to resolvconf(8). */
  record Resolvconf(String device) implements Trace {}

  /** The file {@code /etc/resolv.conf}, written by ourselves; another's later change stays. */
  record ResolvConf(String path, String before, String written) implements Trace {}
}
