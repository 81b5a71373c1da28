package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Status members of every kind. Absent members are null. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CommonStatus(
    @Description("Generation of the spec that this status is about; -1 before the first reconcile.")
        @Nullable Long observedGeneration,
    @Description("ARN of the ECS resource.") @Nullable String arn,
    @Description(
            "Generation of the spec that was last in effect in ECS; objects that refer to this one wait until it is the current generation.")
        @Nullable Long effectiveGeneration,
    @Internal
        @Description("AWS account and region of the ECS resource, recorded before the first call.")
        @Nullable String awsLocation,
    @Description("The conditions; docs/conditions.md lists their reasons.")
        @Nullable List<Condition> conditions,
    @Description(
            "Calls that the operator would make if the management policy or a pause did not forbid them.")
        @Nullable PlanStatus plan,
    @Internal
        @Description(
            "Paths of the spec that were applied to ECS; the operator resets a field that leaves the spec.")
        @Nullable List<String> appliedPaths,
    @Description("Last value of the annotation reconcile-requested-at that the operator acted on.")
        @Nullable String lastHandledReconcileAt,
    @Internal
        @Description(
            "Changes sent for this generation; the operator limits how often it sends the same one.")
        @Nullable List<SentChange> sentChanges) {

  /** A status without any member. */
  public static CommonStatus unknown() {
    return new CommonStatus(null, null, null, null, null, null, null, null, null);
  }

  public CommonStatus withArn(@Nullable String arn) {
    return new CommonStatus(
        observedGeneration,
        arn,
        effectiveGeneration,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt,
        sentChanges);
  }

  public CommonStatus withEffectiveGeneration(Long effectiveGeneration) {
    return new CommonStatus(
        observedGeneration,
        arn,
        effectiveGeneration,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt,
        sentChanges);
  }

  public CommonStatus withAwsLocation(@Nullable String awsLocation) {
    return new CommonStatus(
        observedGeneration,
        arn,
        effectiveGeneration,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt,
        sentChanges);
  }

  public CommonStatus withAppliedPaths(@Nullable List<String> appliedPaths) {
    return new CommonStatus(
        observedGeneration,
        arn,
        effectiveGeneration,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt,
        sentChanges);
  }

  public CommonStatus withSentChanges(List<SentChange> sentChanges) {
    return new CommonStatus(
        observedGeneration,
        arn,
        effectiveGeneration,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt,
        sentChanges.isEmpty() ? null : sentChanges);
  }

  /** How often one change was sent to ECS for the current generation of the spec. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SentChange(
      @Description("The field, or the operation if the call changes no single field.") String field,
      @Description("A hash of the wanted value.") String wanted,
      @Description("How often ECS accepted the change.") Integer times,
      @Description("Whether ECS has shown the wanted value since the change was first sent.")
          Boolean shown,
      @Description("When ECS last accepted the change, or when it was last sent without an answer.")
          String lastAt,
      @Description(
              "Generation of the spec for which the change was sent without an answer, until a read shows what became of it.")
          @Nullable Long unansweredGeneration) {}
}
