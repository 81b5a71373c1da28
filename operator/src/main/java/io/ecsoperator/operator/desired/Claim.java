package io.ecsoperator.operator.desired;

/** What the owner tag of an ECS resource says. */
public sealed interface Claim {

  /** Tagged with this object. */
  record Ours() implements Claim {}

  /** No owner tag. */
  record Untagged() implements Claim {}

  /** Tagged with another object, or by another installation of the operator. */
  record Others(String owner) implements Claim {}
}
