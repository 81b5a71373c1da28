/**
 * The state that survives the end of the process.
 *
 * <p>A world is a function of its seed and of its timed inputs from outside. A state file holds
 * these inputs, and loading it replays them, so that new kinds of resources and timers need no code
 * of their own. The world must therefore follow a rule: its behaviour depends only on its records,
 * the request, {@code World.now()} and {@code World.random()}; not on the wall clock, nor on the
 * order of unordered sets and maps. Every change enters as an ECS operation or as one of the
 * endpoint's {@code Changes}. Reads and refused operations change nothing.
 *
 * <p>State outside the world, such as the messages in queues, is stored by key in the same file.
 */
@NullMarked
package io.ecsoperator.localecs.state;

import org.jspecify.annotations.NullMarked;
