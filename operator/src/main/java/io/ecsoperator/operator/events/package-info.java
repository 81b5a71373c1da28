/** Takes in ECS's events from a queue, as hints to read again what has changed. */
@NullMarked
package io.ecsoperator.operator.events;

import org.jspecify.annotations.NullMarked;
