/**
 * The API of group {@code weft.dev}, version {@code v1alpha1}: the Java types that are the source
 * of the generated CRDs.
 *
 * <p>Values as users write them: addresses, prefixes, keys and durations are text here and are
 * parsed, with errors that name the field, by {@code dev.weft.mesh}. Absent lists are empty; absent
 * fields that have a default in the schema get the same default here, so that an object read from a
 * file means the same as one read from an API server. Pure.
 */
@NullMarked
package dev.weft.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
