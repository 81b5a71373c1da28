package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** Status members of every kind. Absent members are null: this is the edge of the API. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CommonStatus(
    @Description("Generation of the spec that this status speaks of; -1 before the first look.")
        Long observedGeneration,
    @Description("ARN of the ECS resource.") String arn,
    @Description("Account and region that the first call for the object was made to.")
        String awsLocation,
    @Description("The conditions; docs/conditions.md lists their reasons.")
        List<Condition> conditions,
    @Description("What would be done to ECS, where policy or a pause forbids doing it.")
        PlanStatus plan,
    @Description(
            "Paths of the spec that were applied to ECS; one that leaves the spec is reset there.")
        List<String> appliedPaths,
    @Description("Last value of the annotation reconcile-requested-at that was acted on.")
        String lastHandledReconcileAt) {

  /** Nothing known yet. */
  public static CommonStatus unknown() {
    return new CommonStatus(null, null, null, null, null, null, null);
  }

  public CommonStatus withArn(String arn) {
    return new CommonStatus(
        observedGeneration,
        arn,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt);
  }

  public CommonStatus withAwsLocation(String awsLocation) {
    return new CommonStatus(
        observedGeneration,
        arn,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt);
  }

  public CommonStatus withAppliedPaths(List<String> appliedPaths) {
    return new CommonStatus(
        observedGeneration,
        arn,
        awsLocation,
        conditions,
        plan,
        appliedPaths,
        lastHandledReconcileAt);
  }
}
