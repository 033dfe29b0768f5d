/**
 * Running things in the lab's namespaces: commands by {@code nsenter}, and sockets of this process
 * by {@code setns(2)} on a thread of their own. All I/O.
 */
@NullMarked
package dev.weft.e2e.exec;

import org.jspecify.annotations.NullMarked;
