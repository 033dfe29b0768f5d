/** Why A reaches B or doesn't, and what is wrong anywhere. */
@NullMarked
package dev.weft.cli.explain;

import org.jspecify.annotations.NullMarked;
