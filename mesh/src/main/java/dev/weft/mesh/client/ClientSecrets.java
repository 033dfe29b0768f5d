package dev.weft.mesh.client;

import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;

/**
 * What belongs into a client's own file and nowhere else.
 *
 * @param privateKey of the client
 * @param presharedKey {@link PresharedKey#NONE}: none
 */
public record ClientSecrets(PrivateKey privateKey, PresharedKey presharedKey) {}
