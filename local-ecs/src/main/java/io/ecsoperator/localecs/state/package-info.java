/**
 * What survives the end of the process.
 *
 * <p>A world is a function of its seed and of what came to it from outside, each at its time: so
 * that is what a state file holds, and loading one plays it again. Nothing has to be written for a
 * new kind of resource, nor for a timer. What it takes is that the world keeps to the rule: what it
 * does depends on its records, the request, {@code World.now()} and {@code World.random()} alone;
 * not on the wall clock, nor on the order of sets and maps that have none. What changes it comes in
 * as an ECS operation or as one of the endpoint's {@code Changes}; what is named as a read changes
 * nothing, and neither does an operation that is refused.
 *
 * <p>What is no part of that world, such as the messages in queues, is kept as it is, by key, in
 * the same file.
 */
package io.ecsoperator.localecs.state;
