/**
 * What a host is like before Weft and after it: everything that an agent, a chart or a plugin may
 * touch, as one value with a difference. Reading does I/O; comparing is pure.
 */
@NullMarked
package dev.weft.e2e.host;

import org.jspecify.annotations.NullMarked;
