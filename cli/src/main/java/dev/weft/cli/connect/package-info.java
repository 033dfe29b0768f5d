/**
 * {@code weft connect}: this machine becomes a Peer for as long as the command runs. What the host
 * needs is planned purely ({@link dev.weft.cli.connect.HostPlan}, {@link
 * dev.weft.cli.connect.HostChanges}); whatever is done is recorded first ({@link
 * dev.weft.cli.connect.Trace}), so that it can be undone after a crash.
 */
@NullMarked
package dev.weft.cli.connect;

import org.jspecify.annotations.NullMarked;
