/** Commands that take a gateway out of service before its node stops, and back. */
@NullMarked
package dev.weft.cli.drain;

import org.jspecify.annotations.NullMarked;
