/**
 * A packet's way through a mesh, hop by hop, by nothing but what is wanted of each node's kernel:
 * rules, routes, next hops, allowed IPs and source checks as Linux applies them. Proves plans,
 * explains paths. Pure.
 */
@NullMarked
package dev.weft.mesh.walk;

import org.jspecify.annotations.NullMarked;
