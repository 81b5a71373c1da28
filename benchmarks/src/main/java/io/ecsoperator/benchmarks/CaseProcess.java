package io.ecsoperator.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.controlplane.HostEnvironment;
import io.ecsoperator.controlplane.process.BoundProcess;
import io.ecsoperator.controlplane.process.JavaCommand;
import io.ecsoperator.controlplane.process.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A Java process that runs one case and nothing else: no case is affected by the heap or the
 * compiled code that another case left behind, and each has the flags that it asks for.
 */
final class CaseProcess {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Far longer than any case takes. */
  private static final Duration LIMIT = Duration.ofHours(3);

  private final Setting setting;

  CaseProcess(Setting setting) {
    this.setting = setting;
  }

  /** Runs a case in a process of its own, with the output of this process. */
  List<Measure> run(BenchmarkCase chosen) throws IOException, InterruptedException {
    HostEnvironment host = HostEnvironment.ofThisProcess();
    Path answer = Files.createTempFile("benchmark", ".json");
    try {
      JavaCommand command =
          JavaCommand.ofClass(CaseProcess.class)
              .withFlags(chosen.flags())
              .withArguments(
                  List.of(
                      chosen.name(),
                      setting.project().toString(),
                      Integer.toString(setting.percent()),
                      answer.toString()));
      int exit;
      try (TemporaryFolder folder = host.newTemporaryFolder("ecs-operator-benchmark-");
          BoundProcess process =
              BoundProcess.startWithInheritedOutput(
                  chosen.name(), command.words(), host.variables(), folder.path())) {
        exit = process.waitFor(LIMIT);
      }
      if (exit != 0) {
        throw new IOException(chosen.name() + " ended with exit code " + exit + ".");
      }
      return MAPPER.readValue(answer.toFile(), new TypeReference<List<Measure>>() {});
    } finally {
      Files.delete(answer);
    }
  }

  /**
   * Runs the case in this process.
   *
   * @param arguments name of the case, project, percent, and the file for the measures
   */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("logback.configurationFile", "benchmarks-logback.xml");
    Setting setting = new Setting(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    List<Measure> measures = Cases.named(arguments[0]).run(setting);
    MAPPER
        .writerFor(new TypeReference<List<Measure>>() {})
        .writeValue(Path.of(arguments[3]).toFile(), measures);
    // Threads that a case left behind must not keep the process alive.
    System.exit(0);
  }
}
