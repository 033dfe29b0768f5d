/** Figures of the agent as Prometheus reads them. */
@NullMarked
package dev.weft.agent.metrics;

import org.jspecify.annotations.NullMarked;
