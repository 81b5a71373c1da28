package io.ecsoperator.localecs.task;

/** The timed steps in the life of a task, besides those of its containers. */
enum TaskStep {
  /** Network interface attached: PROVISIONING ends. */
  ATTACH,
  /** Task accepted by an agent. */
  ACCEPT,
  /** Images pulled. */
  PULL,
  /** Containers created. */
  CREATE,
  /** Stop request noticed by the scheduler: RUNNING ends. */
  NOTICE_STOP,
  /** Task deregistered from load balancers and service discovery: DEACTIVATING ends. */
  DEACTIVATE,
  /** Network interface deleted: DEPROVISIONING ends. */
  DETACH
}
