package dev.weft.bench;

/**
 * One run.
 *
 * @param wallNanos from start to end
 * @param cpuNanos of the calling thread, user and system; 0: another process did the work
 * @param allocatedBytes of the calling thread
 */
record Sample(long wallNanos, long cpuNanos, long allocatedBytes) {}
