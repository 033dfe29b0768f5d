/**
 * System calls and libnftables through jnr-ffi. Deals in bytes and texts only; what they mean is
 * the codecs' affair. Not pure.
 */
@NullMarked
package dev.weft.agent.nativelib;

import org.jspecify.annotations.NullMarked;
