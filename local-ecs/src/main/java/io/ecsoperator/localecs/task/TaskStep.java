package io.ecsoperator.localecs.task;

/** What takes time in the life of a task besides its containers. */
enum TaskStep {
  /** Network interface attached: PROVISIONING ends. */
  ATTACH,
  /** Taken up by an agent: PENDING ends. */
  ACCEPT,
  /** Images pulled. */
  PULL,
  /** Containers created. */
  CREATE,
  /** The scheduler noticed that it shall end: RUNNING ends. */
  NOTICE_STOP,
  /** Taken out of load balancers and service discovery: DEACTIVATING ends. */
  DEACTIVATE,
  /** Network interface deleted: DEPROVISIONING ends. */
  DETACH
}
