package io.ecsoperator.operator.kinds.capacityprovider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Shows;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.Describe.Members;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.cache.Scope;
import io.ecsoperator.operator.cache.WriteVisibility;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the cache knows about capacity providers. Their names are unique in the region, also of
 * those that belong to a cluster. A deleted one is INACTIVE as long as ECS describes it.
 */
public final class CapacityProviderResource {
  private static final String NAME = "capacity_provider";
  private static final String UPDATE_STATUS = "updateStatus";
  private static final WriteVisibility.StatusLadder LADDER =
      WriteVisibility.StatusLadder.DEPROVISIONING;
  private static final EcsMember NAME_IN_REQUEST =
      EcsType.request("CreateCapacityProvider", "UpdateCapacityProvider").member("name");
  private static final EcsMember DELETED =
      EcsType.request("DeleteCapacityProvider").member("capacityProvider");
  private static final Set<String> IDENTIFIERS = Set.of("name", "cluster");

  public static final AwsResource TABLE =
      new AwsResource(
          NAME,
          AwsResource.ArnForm.of(Scope.REGION, "capacity-provider"),
          new Describe.Batch(
              "DescribeCapacityProviders",
              // ECS takes a hundred names, but puts only ten providers on a page.
              10,
              Members.withoutName("capacityProviders", "capacityProviderArn"),
              List.of(Describe.Include.TAGS),
              Describe.KeptMembers.ALL),
          provider -> new DescribedCapacityProvider(provider).isChanging(),
          List.of(
              WriteRule.of(
                  "CreateCapacityProvider",
                  request -> List.of(ref(NAME_IN_REQUEST.text(request))),
                  Shows.created(
                      "capacityProvider",
                      CapacityProviderResource::shown,
                      (_, _, _) -> LADDER.isUp())),
              WriteRule.of(
                  "UpdateCapacityProvider",
                  request -> List.of(ref(NAME_IN_REQUEST.text(request))),
                  Shows.changed(
                      "capacityProvider",
                      CapacityProviderResource::shown,
                      CapacityProviderResource::updated)),
              WriteRule.of(
                  "DeleteCapacityProvider",
                  request -> List.of(ref(DELETED.text(request))),
                  Shows.changed(
                      "capacityProvider",
                      CapacityProviderResource::shown,
                      CapacityProviderResource::deleted))),
          // ECS has no list of them: DescribeCapacityProviders without names describes all.
          Optional.empty());

  private CapacityProviderResource() {}

  static ResourceRef ref(String nameOrArn) {
    return ResourceRef.inRegion(NAME, nameOrArn);
  }

  private static List<ResourceRef> shown(ObjectNode request, ObjectNode provider) {
    return List.of(ref(new DescribedCapacityProvider(provider).name()));
  }

  private static String updateStatus(ObjectNode provider) {
    return new DescribedCapacityProvider(provider).updateStatus().orElse("");
  }

  private static Predicate<Observation> updated(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    return WriteVisibility.present(
        read ->
            LADDER.isBelow(read, answer)
                || WriteVisibility.movedOn(before, read, UPDATE_STATUS)
                || WriteVisibility.sameMembers(request, answer, read, IDENTIFIERS));
  }

  /**
   * ECS does not refuse the deletion of a provider that is in use: it answers {@code
   * DELETE_FAILED}, or gets there later. Until reads show the answer's status they may be about an
   * earlier attempt.
   */
  private static Predicate<Observation> deleted(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    return WriteVisibility.absentOr(
        read ->
            LADDER.rank(read) > 0
                || WriteVisibility.movedOn(before, read, UPDATE_STATUS)
                || updateStatus(read).equals("DELETE_COMPLETE")
                || updateStatus(read).equals(updateStatus(answer)));
  }
}
