/** What operator and agent need to stay alive, whatever they are for. */
@NullMarked
package dev.weft.runtime;

import org.jspecify.annotations.NullMarked;
