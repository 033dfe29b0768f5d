/** Look-ups of names that may hang, on few threads. */
@NullMarked
package dev.weft.runtime.dns;

import org.jspecify.annotations.NullMarked;
