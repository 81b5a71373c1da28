/**
 * Standard SQS queues for ECS's events. Queues use the wall clock and their own locks, because a
 * long poll must not block the world's thread.
 */
@NullMarked
package io.ecsoperator.localecs.sqs;

import org.jspecify.annotations.NullMarked;
