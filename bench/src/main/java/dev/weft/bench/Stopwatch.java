package dev.weft.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Runs something a number of times, after a warm-up that isn't kept. */
final class Stopwatch {
  /** An odd number, so that the median is a run. */
  static final int RUNS = 11;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Stopwatch() {}

  interface Step {
    void run() throws IOException;
  }

  /**
   * The samples of {@value #RUNS} runs.
   *
   * @param warmUp runs that aren't kept
   * @param before what makes each run's start the same; not measured
   */
  static List<Sample> measure(int warmUp, Step before, Step measured) throws IOException {
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < warmUp + RUNS; i++) {
      before.run();
      long wall = System.nanoTime();
      long cpu = THREADS.getCurrentThreadCpuTime();
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      measured.run();
      allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
      cpu = THREADS.getCurrentThreadCpuTime() - cpu;
      wall = System.nanoTime() - wall;
      if (i >= warmUp) {
        samples.add(new Sample(wall, cpu, allocated));
      }
    }
    return samples;
  }
}
