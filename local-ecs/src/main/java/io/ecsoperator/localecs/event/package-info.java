/** ECS's events and their delivery to queues, as EventBridge does it. */
@NullMarked
package io.ecsoperator.localecs.event;

import org.jspecify.annotations.NullMarked;
