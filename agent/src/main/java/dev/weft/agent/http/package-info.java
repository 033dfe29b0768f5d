/** The agent's health, readiness and metrics over HTTP. */
@NullMarked
package dev.weft.agent.http;

import org.jspecify.annotations.NullMarked;
