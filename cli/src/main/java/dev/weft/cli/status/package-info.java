/** What there is and how it fares: status, nodes, peers. */
@NullMarked
package dev.weft.cli.status;

import org.jspecify.annotations.NullMarked;
