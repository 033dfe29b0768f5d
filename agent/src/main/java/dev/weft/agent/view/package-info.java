/**
 * What the API server holds, and whether it may be believed: informers in, the mesh as put into
 * effect out. {@link dev.weft.agent.view.ViewGate} is pure.
 */
@NullMarked
package dev.weft.agent.view;

import org.jspecify.annotations.NullMarked;
