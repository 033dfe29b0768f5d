/** What the sniffer's judge lets through and what it doesn't. Pure. */
@NullMarked
package dev.weft.e2e.capture;

import org.jspecify.annotations.NullMarked;
