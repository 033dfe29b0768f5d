/**
 * The JOSDK controllers: one per kind that is read; they fill caches and wake the loop, and decide
 * nothing.
 */
@NullMarked
package dev.weft.operator.watch;

import org.jspecify.annotations.NullMarked;
