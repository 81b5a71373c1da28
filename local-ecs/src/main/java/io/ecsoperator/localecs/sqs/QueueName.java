package io.ecsoperator.localecs.sqs;

import io.ecsoperator.localecs.protocol.Scope;

/** What tells a queue from all others. */
record QueueName(Scope scope, String name) {
  String arn() {
    return scope.arn("sqs", name);
  }
}
