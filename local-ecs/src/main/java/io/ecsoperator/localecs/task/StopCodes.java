package io.ecsoperator.localecs.task;

/** The stop codes and stopped reasons of ECS. */
public final class StopCodes {
  public static final String FAILED_TO_START = "TaskFailedToStart";
  public static final String FAILED_TO_START_REASON = "Task failed to start";
  public static final String ESSENTIAL_EXITED = "EssentialContainerExited";
  public static final String ESSENTIAL_EXITED_REASON = "Essential container in task exited";
  public static final String USER = "UserInitiated";
  public static final String SCHEDULER = "ServiceSchedulerInitiated";

  private StopCodes() {}
}
