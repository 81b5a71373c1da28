package io.ecsoperator.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * Builds the control plane's binaries and Helm ahead of time. This class and those that it uses
 * need nothing but the JDK, so that {@code java} can run it from source before anything is built.
 */
final class BuildControlPlane {
  private BuildControlPlane() {}

  /**
   * @param args the folders of the Go modules of the control plane and of Helm
   */
  public static void main(String[] args) throws Exception {
    var host = HostEnvironment.ofThisProcess();
    var go = host.command("go");
    if (go.isEmpty()) {
      System.err.println("There is no go on the PATH.");
      System.exit(1);
    }
    Set<GoCommand> commands = EnumSet.copyOf(GoCommand.CONTROL_PLANE);
    if (host.command("kubectl").isPresent()) {
      commands.remove(GoCommand.KUBECTL);
    }
    try {
      build(go.get(), host, args[0], commands);
      build(go.get(), host, args[1], EnumSet.of(GoCommand.HELM));
    } catch (UnavailableException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void build(Path go, HostEnvironment host, String folder, Set<GoCommand> commands)
      throws UnavailableException, IOException, InterruptedException {
    var build = new GoBuild(go, GoModule.in(Path.of(folder)), host, System.err::println);
    System.out.println(build.build(commands));
  }
}
