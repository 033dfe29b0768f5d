package dev.weft.mesh.plan;

/** What a Node's annotation says of its being a gateway. */
enum GatewayPreference {
  PREFERRED,
  NEUTRAL,
  NEVER
}
