/**
 * From a cluster snapshot to what the operator publishes: vetting, address allocation, gateway
 * choice, conflict rules. Pure.
 */
@NullMarked
package dev.weft.mesh.plan;

import org.jspecify.annotations.NullMarked;
