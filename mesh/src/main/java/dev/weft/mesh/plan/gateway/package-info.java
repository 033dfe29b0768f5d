/** Who speaks for a location: the only place where that is decided. Pure. */
@NullMarked
package dev.weft.mesh.plan.gateway;

import org.jspecify.annotations.NullMarked;
