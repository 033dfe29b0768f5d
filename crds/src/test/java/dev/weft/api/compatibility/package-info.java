/**
 * What a new CRD may do to objects that an older one accepted. The comparison is pure; the older
 * ones are under {@code released/}, one folder a release.
 */
@NullMarked
package dev.weft.api.compatibility;

import org.jspecify.annotations.NullMarked;
