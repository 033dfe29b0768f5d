/** The client's way to the API server: watches that notice when their connection died. */
@NullMarked
package dev.weft.runtime.client;

import org.jspecify.annotations.NullMarked;
