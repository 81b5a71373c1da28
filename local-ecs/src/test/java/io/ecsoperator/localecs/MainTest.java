package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(arguments);
  }

  @Test
  void helpListsTheOptions() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--port", "--host", "--clock", "--latency", "--lost-answers", "--seed");
  }

  @ParameterizedTest
  @CsvSource({
    "--clock, fast, 'real, virtual or a factor such as x60'",
    "--clock, x0, 'above 0'",
    "--latency, soon, '25ms'",
    "--lost-answers, 2, 'at most 1'",
    "--quotas, perhaps, 'expected one of'",
    "--lag, soon, 'such as 2.5s'",
    "--account, 12, 'twelve digits'",
    "--runtime, docker, 'Unknown option'"
  })
  void whatItDoesNotUnderstandIsNamedInOneLine(String option, String value, String message) {
    assertThat(run(option, value)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains(message).hasLineCount(2);
  }

  @Test
  void aTakenPortIsNamed() {
    try (LocalEcs first = LocalEcs.start(LocalEcsOptions.defaults())) {
      String port = String.valueOf(first.url().getPort());

      assertThat(run("--port", port)).isOne();
      assertThat(err.toString()).contains("Cannot listen on 127.0.0.1 port " + port);
    }
  }
}
