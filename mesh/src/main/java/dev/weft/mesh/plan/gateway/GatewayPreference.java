package dev.weft.mesh.plan.gateway;

/** What a Node's annotation says of its being a gateway. */
public enum GatewayPreference {
  PREFERRED,
  NEUTRAL,
  NEVER
}
