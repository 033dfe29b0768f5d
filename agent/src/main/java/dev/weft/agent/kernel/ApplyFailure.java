package dev.weft.agent.kernel;

import dev.weft.mesh.diff.Change;

/**
 * A change that was refused; the others were made all the same. No text holds a secret.
 *
 * @param change what was asked for
 * @param operation what was being done, such as {@code RTM_NEWROUTE 10.2.0.0/16 table 7050}
 * @param errno kernel's error number, positive; 0: none, the text says why
 * @param message the name of the error and the kernel's extended-ack text, if any
 */
public record ApplyFailure(Change change, String operation, int errno, String message) {
  @Override
  public String toString() {
    return operation + ": " + message;
  }
}
