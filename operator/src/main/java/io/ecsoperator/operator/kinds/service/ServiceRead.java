package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.operator.engine.Read;

/** Reads that only some plans of a service depend on. */
enum ServiceRead implements Read {
  DEPLOYMENT_HISTORY,
  FAILED_TASKS,
  PAUSE_HOOK
}
