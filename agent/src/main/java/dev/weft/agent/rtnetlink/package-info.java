/**
 * rtnetlink(7): links, addresses, routes, next hops and rules as messages, and messages as what was
 * seen. Pure: no socket, no clock.
 */
@NullMarked
package dev.weft.agent.rtnetlink;

import org.jspecify.annotations.NullMarked;
