package io.ecsoperator.localecs.instance;

/** The attributes that ECS gives every instance. */
final class BuiltIn {
  static final String PREFIX = "ecs.";
  static final String ZONE = "ecs.availability-zone";
  static final String INSTANCE_TYPE = "ecs.instance-type";
  static final String ARCHITECTURE = "ecs.cpu-architecture";
  static final String OS_TYPE = "ecs.os-type";
  static final String OS_FAMILY = "ecs.os-family";

  private BuiltIn() {}
}
