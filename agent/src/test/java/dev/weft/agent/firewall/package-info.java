/** Tests of the packet filter choice, and of the way from one to another in a real kernel. */
@NullMarked
package dev.weft.agent.firewall;

import org.jspecify.annotations.NullMarked;
