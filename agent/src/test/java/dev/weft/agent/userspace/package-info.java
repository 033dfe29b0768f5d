/** Tests of the UAPI texts. */
@NullMarked
package dev.weft.agent.userspace;

import org.jspecify.annotations.NullMarked;
