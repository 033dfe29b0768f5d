/** Which of several endpoints of a peer is called: pure, time and counters come in as values. */
@NullMarked
package dev.weft.mesh.trial;

import org.jspecify.annotations.NullMarked;
