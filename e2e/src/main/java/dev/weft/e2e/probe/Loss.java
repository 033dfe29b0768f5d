package dev.weft.e2e.probe;

/**
 * What became of a sequence of packets.
 *
 * @param sent how many were sent
 * @param lost how many never came
 * @param duplicated how many came more than once
 * @param longestRun of packets lost in a row
 * @param firstLost the number of the first that never came, -1 if all came
 */
public record Loss(
    String flow, int sent, int lost, int duplicated, int longestRun, int firstLost) {}
