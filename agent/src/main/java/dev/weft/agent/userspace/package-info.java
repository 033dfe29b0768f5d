/**
 * wireguard-go through its UAPI socket. It runs outside the agent, so that the agent's end isn't
 * its: the agent asks a runner for it by a request file and adopts what is there. {@link
 * dev.weft.agent.userspace.UapiText} is pure.
 *
 * @see <a href="https://www.wireguard.com/xplatform/">Cross-platform interface</a>
 */
@NullMarked
package dev.weft.agent.userspace;

import org.jspecify.annotations.NullMarked;
