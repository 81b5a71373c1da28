package io.ecsoperator.localecs.task;

import java.time.Duration;

/**
 * How long the steps of a task's life take, in world time.
 *
 * @param startContainer from the start request to RUNNING
 * @param stopContainer from the stop signal to the end
 */
record TaskTimings(
    Duration attach,
    Duration accept,
    Duration pull,
    Duration create,
    Duration startContainer,
    Duration noticeStop,
    Duration deactivate,
    Duration stopContainer,
    Duration detach) {

  /** As observed on Fargate: RUNNING 47 s after the start, STOPPED 36 s after the stop. */
  static TaskTimings fargate() {
    return new TaskTimings(
        Duration.ofSeconds(4),
        Duration.ofSeconds(7),
        Duration.ofSeconds(9),
        Duration.ofSeconds(26),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(4),
        Duration.ofSeconds(30));
  }

  Duration of(TaskStep step) {
    return switch (step) {
      case ATTACH -> attach;
      case ACCEPT -> accept;
      case PULL -> pull;
      case CREATE -> create;
      case NOTICE_STOP -> noticeStop;
      case DEACTIVATE -> deactivate;
      case DETACH -> detach;
    };
  }
}
