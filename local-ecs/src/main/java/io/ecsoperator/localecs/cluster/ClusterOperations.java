package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.setting.AccountSettings;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.ClusterServiceConnectDefaults;
import software.amazon.awssdk.services.ecs.model.ClusterServiceConnectDefaultsRequest;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.ClusterSettingName;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateClusterResponse;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteClusterResponse;
import software.amazon.awssdk.services.ecs.model.DescribeClustersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeClustersResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListClustersRequest;
import software.amazon.awssdk.services.ecs.model.ListClustersResponse;
import software.amazon.awssdk.services.ecs.model.PutClusterCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.PutClusterCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.UpdateClusterRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterResponse;
import software.amazon.awssdk.services.ecs.model.UpdateClusterSettingsRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterSettingsResponse;

/** The six cluster operations and PutClusterCapacityProviders. */
public final class ClusterOperations {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final int MOST_DESCRIBED = 100;
  private static final String INSIGHTS = "containerInsights";
  private static final List<String> INSIGHTS_VALUES = List.of("enabled", "disabled", "enhanced");

  /** How long ECS takes to attach a cluster to an Auto Scaling group. */
  private static final Duration ATTACHING = Duration.ofSeconds(10);

  private final Scope scope;
  private final World world;
  private final Clusters clusters;
  private final CapacityProviderStore providers;
  private final AccountSettings settings;
  private final Tags tags;
  private final List<ClusterContents> contents;
  private final ClusterView view;
  private final ClusterAttachments attachments;

  /** The request that created each ACTIVE cluster, to recognise repeated requests. */
  private final Map<String, CreateClusterRequest> creations = new HashMap<>();

  public ClusterOperations(
      Scope scope,
      World world,
      Clusters clusters,
      CapacityProviderStore providers,
      AccountSettings settings,
      Tags tags,
      List<ClusterContents> contents) {
    this.scope = scope;
    this.world = world;
    this.clusters = clusters;
    this.providers = providers;
    this.settings = settings;
    this.tags = tags;
    this.contents = List.copyOf(contents);
    this.view = new ClusterView(tags, this.contents);
    this.attachments = new ClusterAttachments(providers);
  }

  public void addTo(OperationTable table) {
    table
        .add(
            CreateClusterRequest.class,
            this::create,
            "The unmodelled member clusterCount is left out.")
        .add(
            DeleteClusterRequest.class,
            this::delete,
            "The unmodelled member clusterCount is left out.")
        .add(DescribeClustersRequest.class, this::describe)
        .add(ListClustersRequest.class, this::list)
        .add(UpdateClusterRequest.class, this::update)
        .add(UpdateClusterSettingsRequest.class, this::updateSettings)
        .add(
            PutClusterCapacityProvidersRequest.class,
            this::putCapacityProviders,
            "Attachments to Auto Scaling groups are shown and take 10 s, but there are no groups.");
  }

  private CreateClusterResponse create(CreateClusterRequest request) {
    String name = Clusters.name(request.clusterName());
    if (!NAME.matcher(name).matches()) {
      throw EcsError.invalidParameter(
          "Invalid cluster name: 1 to 255 letters, numbers, hyphens and underscores.");
    }
    Tags.check(request.tags());
    checkSettings(request.settings());
    providers.checkUsable(name, request.capacityProviders());
    CapacityProviders.checkStrategy(
        request.defaultCapacityProviderStrategy(), request.capacityProviders());
    var existing = clusters.find(name).filter(ClusterOperations::isActive);
    if (existing.isPresent()) {
      if (!request.equals(creations.get(name))) {
        throw EcsError.invalidParameter(
            "Arguments on this idempotent request are inconsistent with arguments used in previous"
                + " request(s).");
      }
      return CreateClusterResponse.builder().cluster(view.whole(existing.get())).build();
    }
    Cluster cluster =
        Cluster.builder()
            .clusterArn(clusters.arn(name))
            .clusterName(name)
            .status(Clusters.ACTIVE)
            .settings(merged(defaultSettings(), request.settings()))
            .configuration(request.configuration())
            .capacityProviders(List.copyOf(request.capacityProviders()))
            .defaultCapacityProviderStrategy(
                CapacityProviders.filledIn(request.defaultCapacityProviderStrategy()))
            .serviceConnectDefaults(connectDefaults(request.serviceConnectDefaults()))
            .build();
    creations.put(name, request);
    tags.open(cluster.clusterArn(), request.tags());
    return CreateClusterResponse.builder()
        .cluster(cluster.capacityProviders().isEmpty() ? stored(cluster) : attach(cluster))
        .build();
  }

  private DeleteClusterResponse delete(DeleteClusterRequest request) {
    requireReference(request.cluster());
    Cluster cluster = clusters.find(request.cluster()).orElseThrow(EcsError::clusterNotFound);
    if (isActive(cluster)) {
      String arn = cluster.clusterArn();
      ClusterContents.Counts counts = view.counts(cluster);
      if (counts.activeServices() + counts.drainingServices() > 0) {
        throw stillContains("Services");
      }
      if (contents.stream().anyMatch(kind -> kind.hasTasks(arn))) {
        throw stillContains("Tasks");
      }
      if (!providers.managedIn(cluster.clusterName()).isEmpty()) {
        throw EcsError.client(
            "The Cluster cannot be deleted while Cluster Scoped Capacity Providers are attached to"
                + " the cluster.");
      }
      if (view.containerInstances(cluster) > 0) {
        throw new EcsError(
            "ClusterContainsContainerInstancesException",
            "The Cluster cannot be deleted while Container Instances are active or draining.");
      }
      cluster = cluster.toBuilder().status(Clusters.INACTIVE).build();
      clusters.put(cluster);
      creations.remove(cluster.clusterName());
      tags.retire(
          cluster.clusterArn(),
          "The specified cluster is inactive. Specify an active cluster and try again.");
    }
    return DeleteClusterResponse.builder().cluster(view.whole(cluster)).build();
  }

  private static EcsError stillContains(String what) {
    return new EcsError(
        "ClusterContains" + what + "Exception",
        "The Cluster cannot be deleted while " + what + " are active.");
  }

  private DescribeClustersResponse describe(DescribeClustersRequest request) {
    request
        .includeAsStrings()
        .forEach(field -> Choice.check("include", field, List.of(ClusterField.values())));
    List<String> wanted = request.clusters().isEmpty() ? List.of("default") : request.clusters();
    if (wanted.size() > MOST_DESCRIBED) {
      throw EcsError.invalidParameter(
          "Clusters cannot have more than " + MOST_DESCRIBED + " items.");
    }
    List<Cluster> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : wanted) {
      clusters
          .find(reference)
          .ifPresentOrElse(
              cluster -> found.add(view.shown(cluster, request.include())),
              () -> failures.add(missing(clusters.arn(reference))));
    }
    return DescribeClustersResponse.builder().clusters(found).failures(failures).build();
  }

  private static Failure missing(String arn) {
    return Failure.builder().arn(arn).reason("MISSING").build();
  }

  private ListClustersResponse list(ListClustersRequest request) {
    List<String> arns =
        clusters.all().stream()
            .filter(ClusterOperations::isActive)
            .map(Cluster::clusterArn)
            .toList();
    Page<String> page =
        Page.of(arns, arn -> arn, request.maxResults(), request.nextToken(), Page.Size.HUNDRED);
    return ListClustersResponse.builder()
        .clusterArns(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private UpdateClusterResponse update(UpdateClusterRequest request) {
    requireReference(request.cluster());
    Cluster cluster = clusters.active(request.cluster());
    checkSettings(request.settings());
    Cluster.Builder changed =
        cluster.toBuilder().settings(merged(cluster.settings(), request.settings()));
    if (request.configuration() != null) {
      changed.configuration(request.configuration());
    }
    if (request.serviceConnectDefaults() != null) {
      changed.serviceConnectDefaults(connectDefaults(request.serviceConnectDefaults()));
    }
    return UpdateClusterResponse.builder().cluster(stored(changed.build())).build();
  }

  private UpdateClusterSettingsResponse updateSettings(UpdateClusterSettingsRequest request) {
    requireReference(request.cluster());
    Cluster cluster = clusters.active(request.cluster());
    if (!request.hasSettings()) {
      throw EcsError.invalidParameter("Settings can not be empty.");
    }
    checkSettings(request.settings());
    return UpdateClusterSettingsResponse.builder()
        .cluster(
            stored(
                cluster.toBuilder()
                    .settings(merged(cluster.settings(), request.settings()))
                    .build()))
        .build();
  }

  private PutClusterCapacityProvidersResponse putCapacityProviders(
      PutClusterCapacityProvidersRequest request) {
    requireReference(request.cluster());
    Cluster cluster = clusters.active(request.cluster());
    if (ClusterAttachments.IN_PROGRESS.equals(cluster.attachmentsStatus())) {
      throw new EcsError(
          "UpdateInProgressException",
          "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE"
              + " or UPDATE_FAILED state before they can be updated. Wait and try again.");
    }
    if (!request.hasCapacityProviders() || !request.hasDefaultCapacityProviderStrategy()) {
      throw EcsError.invalidParameter(
          "capacityProviders and defaultCapacityProviderStrategy are both needed; either may be"
              + " empty.");
    }
    providers.checkUsable(cluster.clusterName(), request.capacityProviders());
    CapacityProviders.checkStrategy(
        request.defaultCapacityProviderStrategy(), request.capacityProviders());
    for (String provider : cluster.capacityProviders()) {
      if (!request.capacityProviders().contains(provider)
          && contents.stream().anyMatch(kind -> kind.uses(cluster.clusterArn(), provider))) {
        throw new EcsError(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed.");
      }
    }
    return PutClusterCapacityProvidersResponse.builder()
        .cluster(
            attach(
                cluster.toBuilder()
                    .capacityProviders(List.copyOf(request.capacityProviders()))
                    .defaultCapacityProviderStrategy(
                        CapacityProviders.filledIn(request.defaultCapacityProviderStrategy()))
                    .build()))
        .build();
  }

  /** Stores a cluster with changed capacity providers and starts the attachments that they need. */
  private Cluster attach(Cluster changed) {
    Cluster cluster = attachments.updating(changed);
    if (ClusterAttachments.IN_PROGRESS.equals(cluster.attachmentsStatus())) {
      world.after(
          ATTACHING,
          () ->
              clusters
                  .find(cluster.clusterArn())
                  .filter(now -> ClusterAttachments.IN_PROGRESS.equals(now.attachmentsStatus()))
                  .map(ClusterAttachments::updated)
                  .ifPresent(clusters::put));
    }
    return stored(cluster);
  }

  private Cluster stored(Cluster cluster) {
    clusters.put(cluster);
    return view.whole(cluster);
  }

  private static boolean isActive(Cluster cluster) {
    return cluster.status().equals(Clusters.ACTIVE);
  }

  private static void requireReference(@Nullable String cluster) {
    if (cluster == null || cluster.isEmpty()) {
      throw EcsError.invalidParameter("Cluster can not be blank.");
    }
  }

  private List<ClusterSetting> defaultSettings() {
    return List.of(
        ClusterSetting.builder().name(INSIGHTS).value(settings.containerInsights()).build());
  }

  private static void checkSettings(List<ClusterSetting> settings) {
    for (ClusterSetting setting : settings) {
      Choice.check(
          "cluster setting name", setting.nameAsString(), List.of(ClusterSettingName.values()));
      if (setting.nameAsString() == null || !INSIGHTS_VALUES.contains(setting.value())) {
        throw EcsError.invalidParameter(
            "The value of " + INSIGHTS + " should be one of " + INSIGHTS_VALUES);
      }
    }
  }

  private static List<ClusterSetting> merged(
      List<ClusterSetting> before, List<ClusterSetting> changes) {
    Map<String, ClusterSetting> byName = new LinkedHashMap<>();
    before.forEach(setting -> byName.put(setting.nameAsString(), setting));
    changes.forEach(setting -> byName.put(setting.nameAsString(), setting));
    return List.copyOf(byName.values());
  }

  /**
   * ECS always shows the namespace's ARN, also when the request named it otherwise. An empty name
   * removes it.
   */
  private @Nullable ClusterServiceConnectDefaults connectDefaults(
      @Nullable ClusterServiceConnectDefaultsRequest request) {
    if (request == null || request.namespace() == null || request.namespace().isEmpty()) {
      return null;
    }
    return ClusterServiceConnectDefaults.builder()
        .namespace(Namespaces.arn(scope, request.namespace()))
        .build();
  }
}
