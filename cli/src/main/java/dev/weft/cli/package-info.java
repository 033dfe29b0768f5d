/** The command line: entry point and what all commands share. */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
