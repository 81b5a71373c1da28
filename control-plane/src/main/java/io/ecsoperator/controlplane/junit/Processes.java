package io.ecsoperator.controlplane.junit;

import java.nio.file.Path;

public final class Processes {
  private Processes() {}

  /** Whether any process of this machine has the folder in its command line. */
  public static boolean workIn(Path folder) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .anyMatch(commandLine -> commandLine.contains(folder.toString()));
  }
}
