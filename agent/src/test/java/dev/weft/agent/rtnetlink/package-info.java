/** Tests of the rtnetlink codec. */
@NullMarked
package dev.weft.agent.rtnetlink;

import org.jspecify.annotations.NullMarked;
