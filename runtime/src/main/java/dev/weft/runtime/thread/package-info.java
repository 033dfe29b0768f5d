/** Background threads whose death or stall is noticed. */
@NullMarked
package dev.weft.runtime.thread;

import org.jspecify.annotations.NullMarked;
