/**
 * What the agent reports to the operator: its NodeReport, written when there is something new, and
 * Events for what people should see. Building and scheduling are pure.
 */
@NullMarked
package dev.weft.agent.report;

import org.jspecify.annotations.NullMarked;
