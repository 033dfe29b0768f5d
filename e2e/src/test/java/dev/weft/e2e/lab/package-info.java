/** What of the lab can be said without building one. Pure. */
@NullMarked
package dev.weft.e2e.lab;

import org.jspecify.annotations.NullMarked;
