package dev.weft.mesh.plan.gateway;

/** Preference for a Node as a gateway, from its annotation and the mesh's spec.locations. */
public enum GatewayPreference {
  PREFERRED,
  NEUTRAL,
  NEVER
}
