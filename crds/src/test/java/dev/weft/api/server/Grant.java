package dev.weft.api.server;

import java.util.List;

/**
 * One verb on one resource that a role grants.
 *
 * @param role kind and name: {@code Role weft-agent}
 * @param namespace where it holds; empty: everywhere
 * @param group empty: the core group
 * @param resource with its subresource
 * @param verb one
 * @param names of objects; empty: all
 * @param rule number of its rule in the role
 */
public record Grant(
    String role,
    String namespace,
    String group,
    String resource,
    String verb,
    List<String> names,
    int rule) {
  @Override
  public String toString() {
    var kind = group.isEmpty() ? resource : resource + "." + group;
    var where = namespace.isEmpty() ? "" : " in " + namespace;
    return verb + " " + kind + (names.isEmpty() ? "" : " " + names) + where + " (" + role + ")";
  }
}
