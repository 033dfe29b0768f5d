/** The connection to the API server. */
@NullMarked
package dev.weft.agent.client;

import org.jspecify.annotations.NullMarked;
