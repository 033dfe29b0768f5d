/** The CRDs as generated from the API types, and the proof of them on a real API server. */
@NullMarked
package dev.weft.api.schema;

import org.jspecify.annotations.NullMarked;
