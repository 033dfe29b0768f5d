/**
 * What size of packet a tunnel really carries, and what follows for routes: pure, time and answers
 * come in as values.
 */
@NullMarked
package dev.weft.mesh.pathmtu;

import org.jspecify.annotations.NullMarked;
