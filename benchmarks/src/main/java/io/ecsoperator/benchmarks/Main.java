package io.ecsoperator.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs benchmarks, prints their tables and writes them to docs/benchmarks.md. */
@Command(
    name = "benchmarks",
    description = "Runs benchmarks, each in a process of its own, and prints their tables.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false)
public final class Main implements Callable<Integer> {
  private static final int TARGET_MISSED = 1;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "CASE",
      arity = "0..*",
      description =
          "Names of cases, or the part before a dash, such as local-ecs; all cases if none is"
              + " given.")
  private List<String> names = List.of();

  @Option(names = "--list", description = "Only list the cases.")
  private boolean list;

  @Option(
      names = "--project",
      paramLabel = "FOLDER",
      description = "Folder of the built project.",
      showDefaultValue = CommandLine.Help.Visibility.ALWAYS)
  private Path project = Path.of(".");

  @Option(
      names = "--size",
      paramLabel = "PERCENT",
      defaultValue = "100",
      description =
          "Share of the full number of objects, for a quick run; below 100 the page is left"
              + " unchanged.")
  private int percent;

  @Option(
      names = "--no-page",
      description = "Print only; leave docs/benchmarks.md of the project unchanged.")
  private boolean printOnly;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main());
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Set<BenchmarkCase> chosen = chosen();
    if (list) {
      Table table = new Table("case", "measures");
      chosen.forEach(one -> table.row(one.name(), one.description()));
      out.print(table);
      out.flush();
      return 0;
    }
    Setting setting = setting();
    boolean met = true;
    for (BenchmarkCase one : chosen) {
      Result result = measured(one, setting);
      out.println(result.toMarkdown());
      out.flush();
      met &= result.isMet();
      if (!printOnly && setting.isFull()) {
        new Page(project.resolve("docs/benchmarks.md")).keep(result);
      }
    }
    return met ? 0 : TARGET_MISSED;
  }

  private Result measured(BenchmarkCase one, Setting setting)
      throws IOException, InterruptedException {
    return new Result(
        one.name(),
        one.description(),
        one.measuredFlags(project),
        Machine.thisOne(),
        LocalDate.now(),
        new CaseProcess(setting).run(one));
  }

  private Setting setting() {
    try {
      return new Setting(project.toAbsolutePath().normalize(), percent);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private Set<BenchmarkCase> chosen() {
    Set<BenchmarkCase> chosen = new LinkedHashSet<>();
    for (String name : names) {
      List<BenchmarkCase> meant = Cases.startingWith(name);
      if (meant.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "There is no case " + name + "; --list names them.");
      }
      chosen.addAll(meant);
    }
    return names.isEmpty() ? new LinkedHashSet<>(Cases.all()) : chosen;
  }
}
