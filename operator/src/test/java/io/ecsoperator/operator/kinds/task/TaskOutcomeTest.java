package io.ecsoperator.operator.kinds.task;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskOutcomeTest {

  /** {@code main} and {@code second} are essential, {@code helper} is not. */
  @ParameterizedTest(name = "{0} with {1}: succeeded {2}, exit code {3}")
  @CsvSource(
      nullValues = "-",
      value = {
        // stop code, exit codes, succeeded, exit code
        "EssentialContainerExited, main=0,                     true,  0",
        "EssentialContainerExited, main=1,                     false, 1",
        "EssentialContainerExited, main=0 helper=1,            true,  0",
        "EssentialContainerExited, main=0 helper=137,          true,  0",
        "EssentialContainerExited, main=0 second=143,          true,  0",
        "EssentialContainerExited, main=0 second=137,          true,  0",
        "EssentialContainerExited, main=143 second=0,          true,  0",
        "EssentialContainerExited, main=0 second=2,            false, 2",
        "EssentialContainerExited, main=143 second=7,          false, 7",
        "EssentialContainerExited, main=137,                   false, 137",
        "EssentialContainerExited, main=143 second=137,        false, 143",
        "EssentialContainerExited, main=137 helper=0,          false, 137",
        "UserInitiated,            main=0,                     false, 0",
        "UserInitiated,            main=143,                   false, 143",
        "SpotInterruption,         main=143,                   false, 143",
        "TaskFailedToStart,        -,                          false, -",
        "TaskFailedToStart,        helper=0,                   false, -",
      })
  void aTaskSucceedsByAnEssentialContainerThatExitsWithZeroAndNoneThatFails(
      String stopCode, String exits, boolean succeeded, Integer exitCode) {
    TaskOutcome outcome =
        TaskOutcome.of(
            task("{'stopCode':'" + stopCode + "','containers':[" + containers(exits) + "]}"),
            new TaskContainers(
                tree(
                    "{'containerDefinitions':[{'name':'main'},{'name':'second','essential':true},"
                        + "{'name':'helper','essential':false}]}")));

    assertThat(outcome.succeeded()).isEqualTo(succeeded);
    assertThat(outcome.exitCode().orElse(null)).isEqualTo(exitCode);
  }

  /** As with a proxy beside the job, which ECS stops after the job was killed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'exitCode':137,'reason':'OutOfMemoryError: Container killed due to memory usage' | 137",
        "'exitCode':143,'reason':'DockerTimeoutError: no answer'                          | 143",
        "'reason':'CannotStartContainerError: no such file'                               | 0",
      },
      quoteCharacter = '`')
  void aContainerForWhoseEndEcsHasAReasonHasFailed(String main, int exitCode) {
    TaskOutcome outcome =
        TaskOutcome.of(
            task(
                "{'stopCode':'EssentialContainerExited','containers':[{'name':'main',"
                    + main
                    + "},{'name':'proxy','exitCode':0}]}"),
            TaskContainers.UNKNOWN);

    assertThat(outcome.succeeded()).isFalse();
    assertThat(outcome.exitCode()).contains(exitCode);
  }

  @Test
  void aContainerThatExitsWithZeroHasSucceededWhateverEcsSaysOfIt() {
    TaskOutcome outcome =
        TaskOutcome.of(
            task(
                "{'stopCode':'EssentialContainerExited','containers':[{'name':'main','exitCode':0,"
                    + "'reason':'OutOfMemoryError: Container killed due to memory usage'}]}"),
            TaskContainers.UNKNOWN);

    assertThat(outcome.succeeded()).isTrue();
  }

  @Test
  void withoutTheDefinitionEveryContainerCounts() {
    var task =
        task("{'stopCode':'EssentialContainerExited','containers':[" + containers("a=0") + "]}");

    assertThat(TaskOutcome.of(task, TaskContainers.UNKNOWN).succeeded()).isTrue();
  }

  @Test
  void theReasonHasWhatEcsSaysOfTaskAndContainers() {
    TaskOutcome outcome =
        TaskOutcome.of(
            task(
                "{'stopCode':'TaskFailedToStart','stoppedReason':'Task failed to start',"
                    + "'containers':[{'name':'main','reason':'CannotPullContainerError: no such image'},"
                    + "{'name':'helper','exitCode':3}]}"),
            TaskContainers.UNKNOWN);

    assertThat(outcome.reason())
        .isEqualTo(
            "Task failed to start; main: CannotPullContainerError: no such image;"
                + " helper exited with 3");
  }

  private static DescribedTask task(String json) {
    return new DescribedTask(tree(json));
  }

  private static String containers(String exits) {
    return exits == null
        ? ""
        : Arrays.stream(exits.split(" "))
            .map(exit -> exit.split("="))
            .map(exit -> "{'name':'" + exit[0] + "','exitCode':" + exit[1] + "}")
            .collect(Collectors.joining(","));
  }
}
