/** {@code weft plan}: from manifests to what every node would program, without a cluster. */
@NullMarked
package dev.weft.cli.plan;

import org.jspecify.annotations.NullMarked;
