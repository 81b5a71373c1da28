/** The events of ECS, as EventBridge delivers them to queues. */
package io.ecsoperator.localecs.event;
