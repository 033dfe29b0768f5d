/**
 * The lab: whole clouds on one machine, made of namespaces, with a real control plane and real
 * agents. The library behind {@code e2e/lab} and the tests. All I/O.
 */
@NullMarked
package dev.weft.e2e.lab;

import org.jspecify.annotations.NullMarked;
