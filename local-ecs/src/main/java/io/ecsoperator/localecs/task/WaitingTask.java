package io.ecsoperator.localecs.task;

/** A task that stays PROVISIONING until its capacity provider has an instance for it. */
public record WaitingTask(TaskLaunch launch, PlacementResult.AwaitingCapacity wanted) {}
