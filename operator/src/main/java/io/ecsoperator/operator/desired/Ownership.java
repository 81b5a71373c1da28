package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.util.Optional;

/** Decides whether an object may manage an ECS resource that already exists, and compare it. */
public final class Ownership {
  private final Owner owner;
  private final AdoptionSettings settings;

  public Ownership(Owner owner, AdoptionSettings settings) {
    this.owner = owner;
    this.settings = settings;
  }

  public Owner owner() {
    return owner;
  }

  /**
   * The message gives nothing away of a resource that is not this object's, under any policy.
   *
   * @param name the resource's name in ECS
   * @param known whether the object's status already names exactly this resource: then the object
   *     owns it even if its owner tag was removed, as far as an administrator allows adoption
   * @return why not; empty if it may
   */
  public Optional<ReadyState> refusal(
      Desired desired, String name, JsonNode resource, boolean known) {
    return switch (owner.ownershipRecord(resource, desired.key())) {
      case Owner.OwnershipRecord.Ours() -> Optional.empty();
      case Owner.OwnershipRecord.Untagged() -> untagged(desired, name, known);
      case Owner.OwnershipRecord.Others(String other) ->
          mayTakeOver(desired, other)
              ? Optional.empty()
              : Optional.of(refused(desired, Reason.OWNED_BY_ANOTHER, ownedByAnother(desired)));
    };
  }

  /** Whether deleting the object, or clean-up for it, may touch the resource. */
  public boolean owns(Desired desired, String name, JsonNode resource, boolean known) {
    return switch (owner.ownershipRecord(resource, desired.key())) {
      case Owner.OwnershipRecord.Ours() -> true;
      case Owner.OwnershipRecord.Untagged() -> known && settings.mayAdopt(name);
      case Owner.OwnershipRecord.Others(String other) -> false;
    };
  }

  /** A comparison with a resource without an owner shows what it has, as adoption would. */
  private Optional<ReadyState> untagged(Desired desired, String name, boolean known) {
    boolean observes = desired.policies().management() == Policies.Management.OBSERVE;
    if (settings.mayAdopt(name)) {
      return known || observes || desired.policies().adoption() == Policies.Adoption.ADOPT
          ? Optional.empty()
          : Optional.of(
              new ReadyState.Stalled(
                  Reason.NOT_OWNED,
                  "ECS already has this resource and it has no owner: set adoptionPolicy: Adopt"
                      + " to take it over, or choose another name."));
    }
    String message =
        "ECS already has this resource and it has no owner. This operator does not take over or"
            + " compare such a resource: an administrator permits it by --adopt-untagged=on or by"
            + " a pattern for its name, and then adoptionPolicy: Adopt takes it over; or choose"
            + " another name.";
    return Optional.of(refused(desired, Reason.NOT_OWNED, message));
  }

  /** An object that is only observed has seen all that it may see; a user need not act. */
  private static ReadyState refused(Desired desired, Reason reason, String message) {
    return desired.policies().management() == Policies.Management.OBSERVE
        ? new ReadyState.Ready(reason, message)
        : new ReadyState.Stalled(reason, message);
  }

  /** A takeover takes the consent of the owner, or of an administrator if the owner is gone. */
  private boolean mayTakeOver(Desired desired, String other) {
    return desired.policies().adoption() == Policies.Adoption.TAKE_OVER
        && desired.policies().adoptFrom().filter(other::equals).isPresent()
        && (desired.releasedBy().stream().anyMatch(key -> owner.tagOf(key).equals(other))
            || settings.isFormerOwner(other) && !other.startsWith(owner.id() + "/"));
  }

  private static String ownedByAnother(Desired desired) {
    return "ECS already has this resource and it is owned by another. A takeover needs the owner's"
        + " consent: the annotation ecs-operator.io/release-to: "
        + desired.key().namespace()
        + "/"
        + desired.key().name()
        + " on the object that owns it, and here adoptionPolicy: TakeOver with the owner in"
        + " adoptFrom. Or choose another name.";
  }
}
