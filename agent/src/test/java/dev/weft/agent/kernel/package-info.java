/** Tests of the kernel side against a real kernel, and what they are made of. */
@NullMarked
package dev.weft.agent.kernel;

import org.jspecify.annotations.NullMarked;
