package io.ecsoperator.operator.desired;

/** What the owner tag of an ECS resource says. */
public sealed interface OwnershipRecord {

  /** The tag names this object. */
  record Ours() implements OwnershipRecord {}

  /** No owner tag. */
  record Untagged() implements OwnershipRecord {}

  /** The tag names another object or another installation of the operator. */
  record Others(String owner) implements OwnershipRecord {}
}
