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
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderField;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStatus;
import software.amazon.awssdk.services.ecs.model.CapacityProviderType;
import software.amazon.awssdk.services.ecs.model.CapacityProviderUpdateStatus;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderResponse;
import software.amazon.awssdk.services.ecs.model.DeleteCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.DeleteCapacityProviderResponse;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.UpdateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.UpdateCapacityProviderResponse;

/**
 * The four operations on capacity providers. PutClusterCapacityProviders is a cluster operation.
 */
public final class CapacityProviderOperations {
  private static final Page.Size PAGE = new Page.Size(10, 10);
  private static final int MOST_DESCRIBED = 100;

  /** How long ECS takes to create managed instances, and to update a provider. */
  private static final Duration CHANGE = Duration.ofSeconds(10);

  private static final Set<CapacityProviderUpdateStatus> IN_PROGRESS =
      Set.of(
          CapacityProviderUpdateStatus.CREATE_IN_PROGRESS,
          CapacityProviderUpdateStatus.UPDATE_IN_PROGRESS,
          CapacityProviderUpdateStatus.DELETE_IN_PROGRESS);

  private final World world;
  private final Clusters clusters;
  private final CapacityProviderStore providers;
  private final Tags tags;
  private final CapacityProviderDeletion deletion;

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
    this.deletion = new CapacityProviderDeletion(world, clusters, providers, tags, contents);
  }

  public void addTo(OperationTable table) {
    table
        .add(
            CreateCapacityProviderRequest.class,
            this::create,
            "There are no Auto Scaling groups and no EC2 instances: managed scaling and managed"
                + " instances add up to 10 simulated m5.large to a cluster, 90 s after tasks wait for"
                + " them, whatever the target capacity and the instance requirements. An empty"
                + " instance leaves after 15 minutes or scaleInAfter.",
            "Managed instances are PROVISIONING for 10 s. Their cluster's capacityProviders has the"
                + " provider from then on, and their tasks show the launch type EC2. Of their"
                + " settings, only the documented defaults are filled in. Own text in refusals.")
        .add(
            UpdateCapacityProviderRequest.class,
            this::update,
            "The settings change at once, and updateStatus is UPDATE_COMPLETE after 10 s; no update"
                + " fails. Own text in refusals.")
        .add(
            DeleteCapacityProviderRequest.class,
            this::delete,
            "Takes 10 s. Deleted providers can be described for one hour. Own text in"
                + " updateStatusReason, except for a provider that is associated with a cluster.")
        .add(DescribeCapacityProvidersRequest.class, this::describe);
  }

  private CreateCapacityProviderResponse create(CreateCapacityProviderRequest request) {
    CapacityProviderRules.check(request);
    Tags.check(request.tags());
    CapacityProvider wanted =
        request.managedInstancesProvider() == null ? ofGroup(request) : ofInstances(request);
    Optional<CapacityProvider> existing =
        providers
            .find(request.name())
            .filter(provider -> provider.status() != CapacityProviderStatus.INACTIVE);
    if (existing.isPresent()) {
      if (existing.get().updateStatus() == CapacityProviderUpdateStatus.DELETE_IN_PROGRESS) {
        throw busy(existing.get());
      }
      if (!settings(existing.get()).equals(settings(wanted))
          || !tags.of(wanted.capacityProviderArn()).equals(request.tags())) {
        throw EcsError.client(
            "The specified capacity provider already exists. To change the configuration of an"
                + " existing capacity provider, update the capacity provider.");
      }
      return created(existing.get());
    }
    if (wanted.autoScalingGroupProvider() != null) {
      checkGroupIsFree(wanted.autoScalingGroupProvider().autoScalingGroupArn());
    }
    providers.put(wanted);
    tags.open(wanted.capacityProviderArn(), request.tags());
    if (wanted.managedInstancesProvider() != null) {
      world.after(CHANGE, () -> completeCreation(wanted));
    }
    return created(wanted);
  }

  private CapacityProvider ofGroup(CreateCapacityProviderRequest request) {
    return CapacityProvider.builder()
        .capacityProviderArn(providers.arn(request.name()))
        .name(request.name())
        .status(CapacityProviderStatus.ACTIVE)
        .type(CapacityProviderType.EC2_AUTOSCALING)
        .autoScalingGroupProvider(
            CapacityProviderRules.filledIn(request.autoScalingGroupProvider()))
        .build();
  }

  private CapacityProvider ofInstances(CreateCapacityProviderRequest request) {
    return CapacityProvider.builder()
        .capacityProviderArn(providers.arn(request.name()))
        .name(request.name())
        .cluster(clusters.active(request.cluster()).clusterName())
        .status(CapacityProviderStatus.PROVISIONING)
        .updateStatus(CapacityProviderUpdateStatus.CREATE_IN_PROGRESS)
        .type(CapacityProviderType.MANAGED_INSTANCES)
        .managedInstancesProvider(
            ManagedInstancesRules.filledIn(request.managedInstancesProvider()))
        .build();
  }

  /** The provider without its status members, to compare its settings. */
  private static CapacityProvider settings(CapacityProvider provider) {
    return provider.toBuilder()
        .status((String) null)
        .updateStatus((String) null)
        .updateStatusReason(null)
        .build();
  }

  private CreateCapacityProviderResponse created(CapacityProvider provider) {
    return CreateCapacityProviderResponse.builder().capacityProvider(shown(provider, true)).build();
  }

  /** Makes the provider ACTIVE and adds it to its cluster, as ECS does for managed instances. */
  private void completeCreation(CapacityProvider created) {
    providers.put(
        created.toBuilder()
            .status(CapacityProviderStatus.ACTIVE)
            .updateStatus(CapacityProviderUpdateStatus.CREATE_COMPLETE)
            .build());
    Cluster cluster = clusters.active(created.cluster());
    List<String> names = new ArrayList<>(cluster.capacityProviders());
    names.add(created.name());
    clusters.put(cluster.toBuilder().capacityProviders(names).build());
  }

  private void checkGroupIsFree(String arn) {
    boolean taken =
        providers.all().stream()
            .filter(provider -> provider.status() != CapacityProviderStatus.INACTIVE)
            .map(CapacityProvider::autoScalingGroupProvider)
            .anyMatch(group -> group != null && group.autoScalingGroupArn().equals(arn));
    if (taken) {
      throw EcsError.client(
          "The specified Auto Scaling group ARN is already being used by another capacity"
              + " provider. Specify a unique Auto Scaling group ARN and try again.");
    }
  }

  private UpdateCapacityProviderResponse update(UpdateCapacityProviderRequest request) {
    CapacityProvider provider = changeable(request.name(), request.cluster());
    checkNoChangeInProgress(provider);
    CapacityProvider changed = CapacityProviderRules.changed(provider, request);
    CapacityProvider updating =
        changed.toBuilder()
            .updateStatus(CapacityProviderUpdateStatus.UPDATE_IN_PROGRESS)
            .updateStatusReason(null)
            .build();
    providers.put(updating);
    world.after(
        CHANGE,
        () ->
            providers.put(
                updating.toBuilder()
                    .updateStatus(CapacityProviderUpdateStatus.UPDATE_COMPLETE)
                    .build()));
    return UpdateCapacityProviderResponse.builder().capacityProvider(shown(updating, true)).build();
  }

  /** Refuses a change while another is in progress, so that no change overwrites another. */
  private static void checkNoChangeInProgress(CapacityProvider provider) {
    if (provider.updateStatus() != null && IN_PROGRESS.contains(provider.updateStatus())) {
      throw busy(provider);
    }
  }

  private static EcsError busy(CapacityProvider provider) {
    return new EcsError(
        "UpdateInProgressException",
        "The specified capacity provider is in a busy state. Wait until its update status is no"
            + " longer "
            + provider.updateStatusAsString()
            + " and try again.");
  }

  private DeleteCapacityProviderResponse delete(DeleteCapacityProviderRequest request) {
    CapacityProvider provider = changeable(request.capacityProvider(), request.cluster());
    if (provider.updateStatus() != CapacityProviderUpdateStatus.DELETE_IN_PROGRESS) {
      checkNoChangeInProgress(provider);
      provider = deletion.begin(provider);
    }
    return DeleteCapacityProviderResponse.builder().capacityProvider(shown(provider, true)).build();
  }

  /**
   * Finds the provider that a request changes.
   *
   * @param cluster as in the request, or null; only managed instances have one
   * @throws EcsError InvalidParameterException where it is INACTIVE, of Fargate, or not in the
   *     cluster
   */
  private CapacityProvider changeable(@Nullable String reference, @Nullable String cluster) {
    if (reference == null || reference.isEmpty()) {
      throw EcsError.invalidParameter("Capacity provider can not be blank.");
    }
    CapacityProvider provider =
        providers
            .find(reference)
            .filter(found -> found.status() != CapacityProviderStatus.INACTIVE)
            .filter(found -> isIn(cluster, found))
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

  private boolean isIn(@Nullable String reference, CapacityProvider provider) {
    return reference == null || clusters.active(reference).clusterName().equals(provider.cluster());
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
      Cluster cluster = clusters.active(request.cluster());
      found.removeIf(
          provider ->
              !cluster.capacityProviders().contains(provider.name())
                  && !cluster.clusterName().equals(provider.cluster()));
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

  private CapacityProvider shown(CapacityProvider provider, boolean withTags) {
    return provider.toBuilder()
        .tags(withTags ? tags.of(provider.capacityProviderArn()) : List.of())
        .build();
  }
}
