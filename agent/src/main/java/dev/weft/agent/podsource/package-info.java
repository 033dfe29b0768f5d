/** Binds each port of the pods' bridge to the addresses that its pod was given. */
@NullMarked
package dev.weft.agent.podsource;

import org.jspecify.annotations.NullMarked;
