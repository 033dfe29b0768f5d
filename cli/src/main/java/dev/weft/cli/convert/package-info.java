/**
 * {@code weft convert}: what objects of the release before become. Pure but for the command, which
 * reads files and prints.
 */
@NullMarked
package dev.weft.cli.convert;

import org.jspecify.annotations.NullMarked;
