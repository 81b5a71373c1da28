package io.ecsoperator.e2e.controlplane;

import java.nio.file.Path;

final class Processes {
  private Processes() {}

  /** Whether any process of this machine has the folder in its command line. */
  static boolean workIn(Path folder) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .anyMatch(commandLine -> commandLine.contains(folder.toString()));
  }
}
