package io.ecsoperator.operator.desired;

/** What the owner tag of an ECS resource says. */
public sealed interface OwnershipRecord {

  /** Tagged with this object. */
  record Ours() implements OwnershipRecord {}

  /** No owner tag. */
  record Untagged() implements OwnershipRecord {}

  /** Tagged with another object, or by another installation of the operator. */
  record Others(String owner) implements OwnershipRecord {}
}
