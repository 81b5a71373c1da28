package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.operator.engine.Read;

/** What a service's planner needs to know only sometimes. */
enum ServiceRead implements Read {
  DEPLOYMENT_HISTORY,
  FAILED_TASKS
}
