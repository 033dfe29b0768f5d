/** The agent's settings from its command line and environment. */
@NullMarked
package dev.weft.agent.config;

import org.jspecify.annotations.NullMarked;
