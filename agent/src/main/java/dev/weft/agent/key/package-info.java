/** The node's identity: its WireGuard key pair, made once and kept in a file. */
@NullMarked
package dev.weft.agent.key;

import org.jspecify.annotations.NullMarked;
