/**
 * Probes through the tunnels: what size of packet they carry, and how long a packet takes. One
 * thread; the only traffic that an agent makes of its own accord.
 */
@NullMarked
package dev.weft.agent.probe;

import org.jspecify.annotations.NullMarked;
