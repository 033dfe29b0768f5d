/** Files that survive a power cut whole or not at all. */
@NullMarked
package dev.weft.agent.file;

import org.jspecify.annotations.NullMarked;
