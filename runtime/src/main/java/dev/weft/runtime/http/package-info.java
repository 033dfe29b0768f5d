/** Small HTTP servers with limits on what a client can use up. */
@NullMarked
package dev.weft.runtime.http;

import org.jspecify.annotations.NullMarked;
