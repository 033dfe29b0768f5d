/** The last accepted view on disk: a node that reboots without API server lives from it. */
@NullMarked
package dev.weft.agent.checkpoint;

import org.jspecify.annotations.NullMarked;
