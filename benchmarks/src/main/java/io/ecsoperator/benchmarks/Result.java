package io.ecsoperator.benchmarks;

import java.time.LocalDate;
import java.util.List;

/** The measures of a case, with the flags, machine and day that they depend on. */
record Result(
    String name,
    String description,
    List<String> flags,
    Machine machine,
    LocalDate day,
    List<Measure> measures) {

  boolean isMet() {
    return measures.stream().allMatch(Measure::met);
  }

  /** The result as Markdown that is readable in a terminal too. */
  String toMarkdown() {
    Table table = new Table("measure", "value", "target", "met");
    for (Measure measure : measures) {
      String target = measure.target().format(measure.unit());
      table.row(
          measure.what(),
          measure.unit().format(measure.value()),
          target,
          target.isEmpty() ? "" : measure.met() ? "yes" : "NO");
    }
    return "%s: %s.%n%n%s%nMeasured on %s: %s; flags: %s.%n"
        .formatted(
            name,
            description,
            table,
            day,
            machine,
            flags.isEmpty() ? "none" : "`" + String.join(" ", flags) + "`");
  }
}
