/** Kubernetes manifests in YAML or JSON, Weft's and Kilo's, read into the planner's snapshot. */
@NullMarked
package dev.weft.cli.manifest;

import org.jspecify.annotations.NullMarked;
