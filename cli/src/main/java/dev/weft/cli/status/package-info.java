/** What there is and its state: status, nodes, peers. */
@NullMarked
package dev.weft.cli.status;

import org.jspecify.annotations.NullMarked;
