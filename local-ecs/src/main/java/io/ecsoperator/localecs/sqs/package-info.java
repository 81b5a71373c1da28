/**
 * Standard SQS queues, for the events of ECS and for whoever reads them. Queues live on the wall
 * clock and are safe for use by many threads: a long poll must not hold up the world.
 */
package io.ecsoperator.localecs.sqs;
