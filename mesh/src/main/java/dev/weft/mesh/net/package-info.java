/**
 * Addresses, prefixes and endpoints of both families: values with the text forms of RFC 4632, RFC
 * 4291 and RFC 5952. Pure.
 */
@NullMarked
package dev.weft.mesh.net;

import org.jspecify.annotations.NullMarked;
