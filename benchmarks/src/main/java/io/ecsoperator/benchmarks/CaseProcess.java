package io.ecsoperator.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java process that runs one case and nothing else: no case profits or suffers from what another
 * left in the heap or taught the compiler, and each has the flags it asks for.
 */
final class CaseProcess {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Setting setting;

  CaseProcess(Setting setting) {
    this.setting = setting;
  }

  /** Runs a case in a process of its own, whose log goes to this one's standard error. */
  List<Measure> run(BenchmarkCase chosen) throws IOException, InterruptedException {
    Path answer = Files.createTempFile("benchmark", ".json");
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(chosen.flags());
      command.addAll(
          List.of(
              "-cp",
              System.getProperty("java.class.path"),
              CaseProcess.class.getName(),
              chosen.name(),
              setting.project().toString(),
              Integer.toString(setting.percent()),
              answer.toString()));
      int exit =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IOException(chosen.name() + " ended with exit code " + exit + ".");
      }
      return MAPPER.readValue(answer.toFile(), new TypeReference<List<Measure>>() {});
    } finally {
      Files.delete(answer);
    }
  }

  /** In the process of the case: its name, the setting, and where the measures go. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("logback.configurationFile", "benchmarks-logback.xml");
    Setting setting = new Setting(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    List<Measure> measures = Cases.named(arguments[0]).run(setting);
    MAPPER
        .writerFor(new TypeReference<List<Measure>>() {})
        .writeValue(Path.of(arguments[3]).toFile(), measures);
    // Threads that a case left behind do not keep the process.
    System.exit(0);
  }
}
