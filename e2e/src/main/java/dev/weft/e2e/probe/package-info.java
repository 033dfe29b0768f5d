/**
 * Measuring from inside pods: who reaches whom, and what gets lost on the way. Real sockets in the
 * pods' network namespaces.
 */
@NullMarked
package dev.weft.e2e.probe;

import org.jspecify.annotations.NullMarked;
