/** Which pods leave the cluster where: what an agent knows of its own node's pods. Pure. */
@NullMarked
package dev.weft.mesh.egress;

import org.jspecify.annotations.NullMarked;
