/** The mesh drawn: locations as groups, tunnels as arrows with their health. Pure. */
@NullMarked
package dev.weft.mesh.graph;

import org.jspecify.annotations.NullMarked;
