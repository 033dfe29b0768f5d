/**
 * The alerts and dashboards that ship, read for the lab's Prometheus and for the tests that hold
 * them against the metrics that exist. Pure but for reading files.
 */
@NullMarked
package dev.weft.e2e.monitoring;

import org.jspecify.annotations.NullMarked;
