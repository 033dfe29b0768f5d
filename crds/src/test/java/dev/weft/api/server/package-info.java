/** A real API server for tests: etcd and kube-apiserver on loopback, with Weft's manifests. */
@NullMarked
package dev.weft.api.server;

import org.jspecify.annotations.NullMarked;
