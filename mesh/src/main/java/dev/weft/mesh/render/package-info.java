/**
 * Desired states as text, in the manner of ip(8), wg(8) and nft(8); secrets are never shown. Pure.
 */
@NullMarked
package dev.weft.mesh.render;

import org.jspecify.annotations.NullMarked;
