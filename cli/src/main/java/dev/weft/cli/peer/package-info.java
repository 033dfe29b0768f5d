/** Peers made, configured, rotated and revoked; their private keys never leave this machine. */
@NullMarked
package dev.weft.cli.peer;

import org.jspecify.annotations.NullMarked;
