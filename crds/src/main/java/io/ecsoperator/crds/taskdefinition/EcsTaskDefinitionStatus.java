package io.ecsoperator.crds.taskdefinition;

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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@JsonSerialize(using = FlatRecordSerializer.class)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsTaskDefinitionStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Family of the revisions.") @Nullable String family,
    @Description("Number of the current revision.") @Nullable Integer revision,
    @Internal @Description("Hash of the spec from which the current revision was registered.")
        @Nullable String specHash,
    @Internal
        @Description(
            "Hash of a registration that may have been sent without its answer being recorded.")
        @Nullable String pendingRegistration,
    @Description("Revisions that this object registered, newest first; at most 50.")
        @Nullable List<Revision> history)
    implements EcsStatus {

  @Override
  public EcsTaskDefinitionStatus withCommon(CommonStatus common) {
    return new EcsTaskDefinitionStatus(
        common, family, revision, specHash, pendingRegistration, history);
  }

  public EcsTaskDefinitionStatus withPendingRegistration(@Nullable String pendingRegistration) {
    return new EcsTaskDefinitionStatus(
        common, family, revision, specHash, pendingRegistration, history);
  }

  public EcsTaskDefinitionStatus withHistory(List<Revision> history) {
    return new EcsTaskDefinitionStatus(
        common, family, revision, specHash, pendingRegistration, history);
  }

  /** A registration gives the family its next revision. */
  @Override
  public Optional<String> plannedArn() {
    boolean registers =
        common.plan() != null
            && common.plan().actions().stream()
                .anyMatch(action -> action.operation().equals("RegisterTaskDefinition"));
    return Optional.ofNullable(common.arn())
        .map(
            arn ->
                registers && revision != null
                    ? arn.substring(0, arn.lastIndexOf(':') + 1) + (revision + 1)
                    : arn);
  }

  @Override
  public String summary() {
    return revision == null ? "" : "revision " + revision;
  }
}
