package io.ecsoperator.localecs.sqs;

import io.ecsoperator.localecs.protocol.Scope;

/** The unique name of a queue: its scope and its name. */
record QueueName(Scope scope, String name) {
  String arn() {
    return scope.arn("sqs", name);
  }
}
