package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.FlatRecordDeserializer;
import io.ecsoperator.crds.FlatRecordSerializer;
import io.ecsoperator.crds.Internal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

@JsonSerialize(using = FlatRecordSerializer.class)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsServiceStatus(
    @JsonUnwrapped CommonStatus common,
    @JsonUnwrapped ObservedService observed,
    @JsonUnwrapped RolloutStatus rollout,
    @Description(
            "ARN of the cluster of the service; its name before ECS has described the service.")
        @Nullable String cluster,
    @Internal
        @Description("How often this object has created the service; part of the client token.")
        @Nullable Integer createAttempts,
    @Description("Selector of the scale subresource; it is unique and matches no pod.")
        @Nullable String selector)
    implements EcsStatus {

  /** The status before the first reconcile. */
  public static EcsServiceStatus unknown() {
    return new EcsServiceStatus(
        CommonStatus.unknown(),
        ObservedService.unknown(),
        RolloutStatus.unknown(),
        null,
        null,
        null);
  }

  @Override
  public EcsServiceStatus withCommon(CommonStatus common) {
    return new EcsServiceStatus(common, observed, rollout, cluster, createAttempts, selector);
  }

  public EcsServiceStatus withRollout(RolloutStatus rollout) {
    return new EcsServiceStatus(common, observed, rollout, cluster, createAttempts, selector);
  }

  public EcsServiceStatus withCluster(String cluster) {
    return new EcsServiceStatus(common, observed, rollout, cluster, createAttempts, selector);
  }

  public EcsServiceStatus withSelector(String selector) {
    return new EcsServiceStatus(common, observed, rollout, cluster, createAttempts, selector);
  }

  @Override
  public List<String> seenByOthers() {
    boolean stalled =
        common.conditions() != null
            && common.conditions().stream()
                .anyMatch(
                    condition ->
                        condition.type().equals("Stalled") && condition.status().equals("True"));
    return List.of(String.valueOf(observed.taskDefinition()), String.valueOf(stalled));
  }

  @Override
  public String summary() {
    return Stream.of(observed.tasks(), observed.revision())
        .filter(Objects::nonNull)
        .collect(Collectors.joining(" "));
  }

  @Override
  public Optional<String> usedArn(String field) {
    return switch (field) {
      case "taskDefinitionRef", "template" -> Optional.ofNullable(observed.taskDefinition());
      case "clusterRef" -> Optional.ofNullable(cluster);
      default -> Optional.empty();
    };
  }

  /** A service as ECS describes it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ObservedService(
      @Description("Status in ECS: ACTIVE, DRAINING or INACTIVE.") @Nullable String status,
      @Description("When ECS created the service, RFC 3339.") @Nullable String createdAt,
      @Description("ARN of the task definition revision that the service runs or rolls out.")
          @Nullable String taskDefinition,
      @Description(
              "Family and number of the revision that runs: during a rollout that of most running tasks.")
          @Nullable String revision,
      @Description("Number of tasks that ECS should run.") @Nullable Integer desiredCount,
      @Description("Number of running tasks.") @Nullable Integer runningCount,
      @Description("Number of pending tasks.") @Nullable Integer pendingCount,
      @Description("Id of the primary deployment.") @Nullable String deploymentId,
      @Description("State of the primary deployment: IN_PROGRESS, COMPLETED or FAILED.")
          @Nullable String rolloutState) {

    /** Both counts, because a printer column has one value. */
    @Description("Running and desired tasks as one text.")
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public @Nullable String tasks() {
      return runningCount == null ? null : runningCount + "/" + desiredCount;
    }

    /** A service that ECS has not described yet. */
    public static ObservedService unknown() {
      return new ObservedService(null, null, null, null, null, null, null, null, null);
    }
  }
}
