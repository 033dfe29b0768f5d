/** What the agent finds out of its own node: links, names, preflight. */
@NullMarked
package dev.weft.agent.facts;

import org.jspecify.annotations.NullMarked;
