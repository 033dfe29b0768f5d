/** The API server as the command line sees it: what is read is judged as manifests are. */
@NullMarked
package dev.weft.cli.cluster;

import org.jspecify.annotations.NullMarked;
