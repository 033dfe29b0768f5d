/** How pods are attached: the CNI configuration of this node and its plugins. */
@NullMarked
package dev.weft.agent.cni;

import org.jspecify.annotations.NullMarked;
