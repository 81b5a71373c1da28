package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.util.Optional;

/** Decides whether an object may manage an ECS resource that already exists. */
public final class Ownership {
  private final Owner owner;

  public Ownership(Owner owner) {
    this.owner = owner;
  }

  public Owner owner() {
    return owner;
  }

  /**
   * @param known whether the object's status already names exactly this resource: then the object
   *     owns it even if its owner tag was removed
   * @return why not; empty if it may
   */
  public Optional<ReadyState> refusal(Desired desired, JsonNode resource, boolean known) {
    return switch (owner.ownershipRecord(resource, desired.key())) {
      case Owner.OwnershipRecord.Ours() -> Optional.empty();
      case Owner.OwnershipRecord.Untagged() ->
          known || desired.policies().adoption() == Policies.Adoption.ADOPT
              ? Optional.empty()
              : Optional.of(
                  new ReadyState.Stalled(
                      Reason.NOT_OWNED,
                      "ECS already has this resource and it has no owner: set adoptionPolicy: Adopt"
                          + " to take it over, or choose another name."));
      case Owner.OwnershipRecord.Others(String other) ->
          desired.policies().adoption() == Policies.Adoption.TAKE_OVER
                  && desired.policies().adoptFrom().filter(other::equals).isPresent()
              ? Optional.empty()
              : Optional.of(
                  new ReadyState.Stalled(
                      Reason.OWNED_BY_ANOTHER,
                      "ECS already has this resource and its owner is "
                          + other
                          + ": set adoptionPolicy: TakeOver with adoptFrom: "
                          + other
                          + " to take it over, or choose another name."));
    };
  }

  /** Whether deleting the object may touch the resource. */
  public boolean owns(Desired desired, JsonNode resource, boolean known) {
    return switch (owner.ownershipRecord(resource, desired.key())) {
      case Owner.OwnershipRecord.Ours() -> true;
      case Owner.OwnershipRecord.Untagged() -> known;
      case Owner.OwnershipRecord.Others(String other) -> false;
    };
  }
}
