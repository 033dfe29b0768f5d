/**
 * What operator and agent tell a monitoring system: descriptors of metrics, the figures kept for
 * them, and the Prometheus text format. No I/O and no clock; {@link
 * dev.weft.mesh.metric.CounterTable} and {@link dev.weft.mesh.metric.Histogram} are the only values
 * here that change.
 */
@NullMarked
package dev.weft.mesh.metric;

import org.jspecify.annotations.NullMarked;
