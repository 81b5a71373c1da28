package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderField;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStatus;
import software.amazon.awssdk.services.ecs.model.CapacityProviderType;
import software.amazon.awssdk.services.ecs.model.CapacityProviderUpdateStatus;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderResponse;
import software.amazon.awssdk.services.ecs.model.DeleteCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.DeleteCapacityProviderResponse;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.UpdateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.UpdateCapacityProviderResponse;

/** The four operations on capacity providers; PutClusterCapacityProviders is the cluster's. */
public final class CapacityProviderOperations {
  private static final Page.Size PAGE = new Page.Size(10, 10);
  private static final int MOST_DESCRIBED = 100;

  /** From the request to delete one until it is INACTIVE. */
  private static final Duration DELETION = Duration.ofSeconds(10);

  /** How long a deleted one can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  private final World world;
  private final Clusters clusters;
  private final CapacityProviderStore providers;
  private final Tags tags;
  private final List<ClusterContents> contents;

  public CapacityProviderOperations(
      World world,
      Clusters clusters,
      CapacityProviderStore providers,
      Tags tags,
      List<ClusterContents> contents) {
    this.world = world;
    this.clusters = clusters;
    this.providers = providers;
    this.tags = tags;
    this.contents = List.copyOf(contents);
  }

  public void addTo(OperationTable table) {
    table
        .add(
            CreateCapacityProviderRequest.class,
            this::create,
            "Providers of managed instances are refused.",
            "There is no Auto Scaling group: managed scaling adds up to 10 simulated m5.large to a"
                + " cluster, 90 s after tasks wait for them, and takes away those that are empty for"
                + " 15 minutes. targetCapacity is not looked at.")
        .add(UpdateCapacityProviderRequest.class, this::update, "Takes effect at once.")
        .add(
            DeleteCapacityProviderRequest.class,
            this::delete,
            "Deleted ones can be described for one hour.")
        .add(DescribeCapacityProvidersRequest.class, this::describe);
  }

  private CreateCapacityProviderResponse create(CreateCapacityProviderRequest request) {
    CapacityProviderRules.check(request);
    Tags.check(request.tags());
    CapacityProvider wanted =
        CapacityProvider.builder()
            .capacityProviderArn(providers.arn(request.name()))
            .name(request.name())
            .status(CapacityProviderStatus.ACTIVE)
            .type(CapacityProviderType.EC2_AUTOSCALING)
            .autoScalingGroupProvider(
                CapacityProviderRules.filledIn(request.autoScalingGroupProvider()))
            .build();
    Optional<CapacityProvider> existing =
        providers.find(request.name()).filter(CapacityProviderOperations::isActive);
    if (existing.isPresent()) {
      if (!existing.get().equals(wanted)
          || !tags.of(wanted.capacityProviderArn()).equals(request.tags())) {
        throw EcsError.client(
            "The specified capacity provider already exists. To change the configuration of an"
                + " existing capacity provider, update the capacity provider.");
      }
    } else {
      checkGroupIsFree(request.autoScalingGroupProvider().autoScalingGroupArn());
      providers.put(wanted);
      tags.open(wanted.capacityProviderArn(), request.tags());
    }
    return CreateCapacityProviderResponse.builder().capacityProvider(shown(wanted, true)).build();
  }

  private void checkGroupIsFree(String arn) {
    boolean taken =
        providers.all().stream()
            .filter(CapacityProviderOperations::isActive)
            .map(CapacityProvider::autoScalingGroupProvider)
            .anyMatch(group -> group != null && group.autoScalingGroupArn().equals(arn));
    if (taken) {
      throw EcsError.client(
          "The specified Auto Scaling group ARN is already being used by another capacity"
              + " provider. Specify a unique Auto Scaling group ARN and try again.");
    }
  }

  private UpdateCapacityProviderResponse update(UpdateCapacityProviderRequest request) {
    CapacityProvider provider = own(request.name());
    if (request.autoScalingGroupProvider() == null) {
      throw EcsError.invalidParameter("autoScalingGroupProvider can not be blank.");
    }
    CapacityProvider changed =
        provider.toBuilder()
            .autoScalingGroupProvider(
                CapacityProviderRules.changed(
                    provider.autoScalingGroupProvider(), request.autoScalingGroupProvider()))
            .updateStatus(CapacityProviderUpdateStatus.UPDATE_COMPLETE)
            .build();
    providers.put(changed);
    return UpdateCapacityProviderResponse.builder().capacityProvider(shown(changed, true)).build();
  }

  private DeleteCapacityProviderResponse delete(DeleteCapacityProviderRequest request) {
    CapacityProvider provider = own(request.capacityProvider());
    boolean used =
        clusters.all().stream()
            .filter(cluster -> cluster.status().equals(Clusters.ACTIVE))
            .anyMatch(
                cluster ->
                    cluster.capacityProviders().contains(provider.name())
                        || contents.stream()
                            .anyMatch(kind -> kind.uses(cluster.clusterArn(), provider.name())));
    if (used) {
      throw EcsError.client("The specified capacity provider is in use and cannot be removed.");
    }
    CapacityProvider leaving =
        provider.toBuilder().updateStatus(CapacityProviderUpdateStatus.DELETE_IN_PROGRESS).build();
    if (provider.updateStatus() != CapacityProviderUpdateStatus.DELETE_IN_PROGRESS) {
      providers.put(leaving);
      world.after(DELETION, () -> complete(leaving));
    }
    return DeleteCapacityProviderResponse.builder().capacityProvider(shown(leaving, true)).build();
  }

  private void complete(CapacityProvider leaving) {
    CapacityProvider gone =
        leaving.toBuilder()
            .status(CapacityProviderStatus.INACTIVE)
            .updateStatus(CapacityProviderUpdateStatus.DELETE_COMPLETE)
            .build();
    providers.put(gone);
    tags.retire(gone.capacityProviderArn(), "The specified capacity provider is inactive.");
    world.after(RETENTION, () -> providers.forget(gone));
  }

  /** One that can be changed: active, and not of Fargate. */
  private CapacityProvider own(String reference) {
    if (reference == null || reference.isEmpty()) {
      throw EcsError.invalidParameter("Capacity provider can not be blank.");
    }
    CapacityProvider provider =
        providers
            .find(reference)
            .filter(CapacityProviderOperations::isActive)
            .orElseThrow(
                () ->
                    EcsError.invalidParameter(
                        "The specified capacity provider was not found. Specify a valid name or"
                            + " ARN and try again."));
    if (CapacityProviders.isFargate(provider.name())) {
      throw EcsError.invalidParameter(
          "The capacity providers FARGATE and FARGATE_SPOT are reserved and cannot be changed.");
    }
    return provider;
  }

  private DescribeCapacityProvidersResponse describe(DescribeCapacityProvidersRequest request) {
    request
        .includeAsStrings()
        .forEach(field -> Choice.check("include", field, List.of(CapacityProviderField.values())));
    if (request.capacityProviders().size() > MOST_DESCRIBED) {
      throw EcsError.invalidParameter(
          "Capacity providers cannot have more than " + MOST_DESCRIBED + " items.");
    }
    List<CapacityProvider> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    if (request.capacityProviders().isEmpty()) {
      found.addAll(providers.all());
    }
    for (String reference : request.capacityProviders()) {
      providers
          .find(reference)
          .ifPresentOrElse(
              found::add,
              () ->
                  failures.add(
                      Failure.builder().arn(providers.arn(reference)).reason("MISSING").build()));
    }
    if (request.cluster() != null) {
      List<String> associated = clusters.active(request.cluster()).capacityProviders();
      found.removeIf(provider -> !associated.contains(provider.name()));
    }
    Page<CapacityProvider> page =
        Page.of(found, CapacityProvider::name, request.maxResults(), request.nextToken(), PAGE);
    boolean withTags = request.include().contains(CapacityProviderField.TAGS);
    return DescribeCapacityProvidersResponse.builder()
        .capacityProviders(
            page.items().stream().map(provider -> shown(provider, withTags)).toList())
        .failures(failures)
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private static boolean isActive(CapacityProvider provider) {
    return provider.status() == CapacityProviderStatus.ACTIVE;
  }

  private CapacityProvider shown(CapacityProvider provider, boolean withTags) {
    return provider.toBuilder()
        .tags(withTags ? tags.of(provider.capacityProviderArn()) : List.of())
        .build();
  }
}
