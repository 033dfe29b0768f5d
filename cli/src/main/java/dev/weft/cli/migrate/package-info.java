/** From what was there before: wg-quick files become Peers. */
@NullMarked
package dev.weft.cli.migrate;

import org.jspecify.annotations.NullMarked;
