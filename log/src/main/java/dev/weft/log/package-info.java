/**
 * What the log lines of operator and agent look like: one record a line, as text or as JSON.
 * Classes log through SLF4J, whose provider hands records to {@code java.util.logging}; nothing
 * here is known to them.
 */
@NullMarked
package dev.weft.log;

import org.jspecify.annotations.NullMarked;
