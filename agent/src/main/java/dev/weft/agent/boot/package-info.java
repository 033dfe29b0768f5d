/** What holds between a node's boot and the agent's first pass. */
@NullMarked
package dev.weft.agent.boot;

import org.jspecify.annotations.NullMarked;
