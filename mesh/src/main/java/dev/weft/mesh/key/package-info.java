/**
 * WireGuard keys: public, private and preshared are different types, and secrets print as
 * (redacted). Pure.
 */
@NullMarked
package dev.weft.mesh.key;

import org.jspecify.annotations.NullMarked;
