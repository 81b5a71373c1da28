package io.ecsoperator.controlplane;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * Builds the control plane's binaries ahead of time. This class and those that it uses need nothing
 * but the JDK, so that {@code java} can run it from source before anything is built.
 */
final class BuildControlPlane {
  private BuildControlPlane() {}

  /**
   * @param args the folder of the Go module
   */
  public static void main(String[] args) throws Exception {
    var host = HostEnvironment.ofThisProcess();
    var go = host.command("go");
    if (go.isEmpty()) {
      System.err.println("There is no go on the PATH.");
      System.exit(1);
    }
    Set<GoCommand> commands = EnumSet.allOf(GoCommand.class);
    if (host.command("kubectl").isPresent()) {
      commands.remove(GoCommand.KUBECTL);
    }
    var module = GoModule.in(Path.of(args[0]));
    try {
      System.out.println(new GoBuild(go.get(), module, host, System.err::println).build(commands));
    } catch (UnavailableException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
