/**
 * A cluster with real kubelets in the clouds of the lab: containerd, kube-proxy, CoreDNS,
 * controllers, and Weft from its charts as the only CNI.
 */
@NullMarked
package dev.weft.e2e.cluster;

import org.jspecify.annotations.NullMarked;
