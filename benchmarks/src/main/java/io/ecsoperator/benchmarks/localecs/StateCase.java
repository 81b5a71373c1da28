package io.ecsoperator.benchmarks.localecs;

import io.ecsoperator.benchmarks.BenchmarkCase;
import io.ecsoperator.benchmarks.LocalEcsProcess;
import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Stopwatch;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.localecs.LocalEcs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** State files: their size, and how long the jar takes to load them. */
public final class StateCase implements BenchmarkCase {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  @Override
  public String name() {
    return "local-ecs-state";
  }

  @Override
  public String description() {
    return "state files, and `java -jar local-ecs.jar --state` from the start of the process until"
        + " it listens";
  }

  @Override
  public List<String> flags() {
    return List.of("-Xmx1g");
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("benchmark");
    Path file = folder.resolve("world");
    try {
      List<Measure> measures = new ArrayList<>();
      try (LocalEcs ecs = LocalEcs.start(LargeWorld.options().withState(file))) {
        LargeWorld.fill(ecs);
      }
      measures.addAll(measured("10,000 services, 20,000 tasks", setting.project(), file));
      Files.delete(file);
      try (LocalEcs ecs =
          LocalEcs.start(LargeWorld.options().withEventsQueue(BusyHour.QUEUE).withState(file))) {
        new BusyHour(ecs).run();
      }
      measures.addAll(measured(BusyHour.DESCRIPTION, setting.project(), file));
      return measures;
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static List<Measure> measured(String world, Path project, Path file)
      throws IOException, InterruptedException {
    double size = Files.size(file) / BYTES_PER_MEBIBYTE;
    Stopwatch start = Stopwatch.start();
    LocalEcsProcess process =
        LocalEcsProcess.start(project, List.of(), "--clock=virtual", "--state=" + file);
    double seconds = start.seconds();
    double processorSeconds = process.processorTime().toMillis() / 1e3;
    process.close();
    return List.of(
        Measure.of(world + ": file", size, Unit.MEBIBYTES),
        Measure.of(world + ": load", seconds, Unit.SECONDS),
        Measure.of(world + ": processor time of it", processorSeconds, Unit.SECONDS));
  }
}
