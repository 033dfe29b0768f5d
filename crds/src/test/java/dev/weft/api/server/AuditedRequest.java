package dev.weft.api.server;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A request as the API server's audit log tells of it.
 *
 * @param user such as {@code system:serviceaccount:weft-agents:weft-agent}
 * @param verb of RBAC; an apply that made the object counts as {@code patch} and {@code create}
 * @param group empty: the core group
 * @param resource with its subresource: {@code peers/status}
 * @param namespace empty: cluster-scoped
 * @param name empty: of no single object
 * @param code HTTP status
 * @param pod that the token is bound to; empty: none
 */
public record AuditedRequest(
    String user,
    String verb,
    String group,
    String resource,
    String namespace,
    String name,
    int code,
    String pod) {
  static AuditedRequest of(JsonNode event) {
    var object = event.path("objectRef");
    var subresource = object.path("subresource").asText();
    return new AuditedRequest(
        event.at("/user/username").asText(),
        event.path("verb").asText(),
        object.path("apiGroup").asText(),
        object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.at("/responseStatus/code").asInt(),
        event.at("/user/extra/authentication.kubernetes.io~1pod-name/0").asText());
  }

  /** Whether it needed this right: an apply of what isn't there needs two. */
  boolean needs(Grant grant) {
    boolean sameVerb =
        grant.verb().equals(verb)
            || (grant.verb().equals("create") && verb.equals("patch") && code == 201);
    return sameVerb
        && grant.group().equals(group)
        && grant.resource().equals(resource)
        && (grant.namespace().isEmpty() || grant.namespace().equals(namespace))
        && (grant.names().isEmpty() || grant.names().contains(name));
  }
}
