/** ECS's events and their delivery to queues, as EventBridge does it. */
package io.ecsoperator.localecs.event;
