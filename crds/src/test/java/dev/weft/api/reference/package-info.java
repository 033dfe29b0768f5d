/** The reference of the API in {@code docs/api.md}, written from the CRDs. */
@NullMarked
package dev.weft.api.reference;

import org.jspecify.annotations.NullMarked;
