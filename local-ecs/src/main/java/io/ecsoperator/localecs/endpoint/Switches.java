package io.ecsoperator.localecs.endpoint;

/**
 * What a user sets of the simulation around ECS.
 *
 * @param images the scripts of containers
 * @param external what ECS depends on, such as load balancers
 * @param events where events go, and the faults of their delivery
 */
public record Switches(
    ImageScripts images, ExternalDependencySwitches external, EventSwitches events) {}
