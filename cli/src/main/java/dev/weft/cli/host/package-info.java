/** Programs and files of the machine that a command runs on. I/O. */
@NullMarked
package dev.weft.cli.host;

import org.jspecify.annotations.NullMarked;
