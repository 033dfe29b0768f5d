/** The agent's sign of life. */
@NullMarked
package dev.weft.agent.lease;

import org.jspecify.annotations.NullMarked;
