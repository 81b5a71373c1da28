package io.ecsoperator.demo;

import io.ecsoperator.controlplane.ControlPlaneException;
import io.ecsoperator.controlplane.HostEnvironment;
import io.ecsoperator.controlplane.process.ProcessException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the demo from the command line. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Shows the operator at work on this machine, without an AWS account.")
public final class Demo implements Callable<Integer> {
  @Option(names = "--once", description = "End as soon as all objects are Ready.")
  private boolean once;

  @Option(
      names = "--terminal",
      paramLabel = "ROWSxCOLUMNS",
      description =
          "Size of the terminal; without it, lines are appended instead of redrawing the table.")
  private Optional<TerminalSize> terminal = Optional.empty();

  @Option(
      names = "--root",
      paramLabel = "FOLDER",
      description = "The project, with its jars built; default: the current folder.")
  private Path root = Path.of("");

  private final OrderlyExit exit;

  private Demo(OrderlyExit exit) {
    this.exit = exit;
  }

  public static void main(String[] arguments) {
    // An own name: libraries on the class path may bring a configuration too.
    System.setProperty("logback.configurationFile", "demo-logback.xml");
    OrderlyExit exit = OrderlyExit.ofThisThread();
    int exitCode;
    try {
      exitCode =
          new CommandLine(new Demo(exit))
              .registerConverter(TerminalSize.class, TerminalSize::parse)
              .execute(arguments);
    } finally {
      exit.ready();
    }
    System.exit(exitCode);
  }

  @Override
  public Integer call() throws IOException {
    HostEnvironment host = HostEnvironment.ofThisProcess();
    Stopwatch sinceStart = Stopwatch.start(InstantSource.system());
    Screen screen = Screen.of(System.out, terminal, host.variables(), sinceStart);
    try {
      new DemoRun(root.toAbsolutePath().normalize(), host, screen, sinceStart).run(once);
      return 0;
    } catch (InterruptedException e) {
      return OrderlyExit.INTERRUPTED;
    } catch (DemoException | ControlPlaneException | ProcessException e) {
      if (exit.isUnderWay()) {
        return OrderlyExit.INTERRUPTED;
      }
      System.err.println("\nThe demo failed: " + e.getMessage());
      return 1;
    } catch (IOException | RuntimeException e) {
      // Some calls turn an interrupt into another exception.
      if (exit.isUnderWay()) {
        return OrderlyExit.INTERRUPTED;
      }
      throw e;
    }
  }
}
