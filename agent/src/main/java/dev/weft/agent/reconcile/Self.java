package dev.weft.agent.reconcile;

import dev.weft.agent.client.ApiServerAddress;
import dev.weft.agent.key.KeyPair;

/**
 * Who this agent is; never changes while it runs.
 *
 * @param nodeName name of its Node
 * @param keys its identity
 * @param apiServer where it reaches the API server
 * @param kernelRelease {@code uname -r}
 * @param version of the agent
 */
public record Self(
    String nodeName,
    KeyPair keys,
    ApiServerAddress apiServer,
    String kernelRelease,
    String version) {}
