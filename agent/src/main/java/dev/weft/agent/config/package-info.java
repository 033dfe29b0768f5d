/** What the agent is told by its command line and environment. */
@NullMarked
package dev.weft.agent.config;

import org.jspecify.annotations.NullMarked;
