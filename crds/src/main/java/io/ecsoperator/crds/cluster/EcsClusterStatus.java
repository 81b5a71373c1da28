package io.ecsoperator.crds.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.FlatRecordDeserializer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsClusterStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Status in ECS, such as ACTIVE.") @Nullable String status,
    @Description("Name of the cluster in ECS.") @Nullable String clusterName)
    implements EcsStatus {

  @Override
  public String summary() {
    return Objects.requireNonNullElse(status, "");
  }
}
