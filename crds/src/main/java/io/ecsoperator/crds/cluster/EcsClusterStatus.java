package io.ecsoperator.crds.cluster;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.FlatRecordDeserializer;
import io.ecsoperator.crds.FlatRecordSerializer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@JsonSerialize(using = FlatRecordSerializer.class)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsClusterStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Status in ECS, such as ACTIVE.") @Nullable String status,
    @Description("Name of the cluster in ECS.") @Nullable String clusterName)
    implements EcsStatus {

  @Override
  public EcsClusterStatus withCommon(CommonStatus common) {
    return new EcsClusterStatus(common, status, clusterName);
  }

  /** A cluster is created without the capacity providers that it waits for. */
  @Override
  public boolean uses(String member) {
    return common.appliedPaths() != null
        && common.appliedPaths().stream().anyMatch(path -> path.startsWith(member));
  }

  @Override
  public String summary() {
    return Objects.requireNonNullElse(status, "");
  }
}
