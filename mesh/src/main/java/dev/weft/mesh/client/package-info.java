/**
 * What a Peer puts into its own WireGuard device: planned from the view that agents have, written
 * in the forms that clients read. Pure.
 */
@NullMarked
package dev.weft.mesh.client;

import org.jspecify.annotations.NullMarked;
