package dev.weft.e2e.lab;

import java.util.List;
import java.util.Map;

/** What a container's image would give it. */
sealed interface Image permits Program, RootFileSystem {
  /**
   * Its files.
   *
   * @param writable whether the program may leave something beside them
   */
  ContainerSpec.Mount files(boolean writable);

  /** What is started where the pod has no command of its own. */
  List<String> entryPoint();

  /** The environment that the pod's is laid over. */
  Map<String, String> environment();
}
