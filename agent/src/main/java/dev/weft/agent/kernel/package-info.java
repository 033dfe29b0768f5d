/**
 * The node's kernel as the daemon sees it: read a snapshot, apply changes, hear of what others
 * changed, clean up. Everything here does I/O; codecs are in the packages beside it.
 */
@NullMarked
package dev.weft.agent.kernel;

import org.jspecify.annotations.NullMarked;
