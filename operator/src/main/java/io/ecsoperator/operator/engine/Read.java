package io.ecsoperator.operator.engine;

/**
 * A read of ECS that a planner needs only in some states of an object, as data. Each kind declares
 * its own; its observer carries them out.
 */
public interface Read {}
