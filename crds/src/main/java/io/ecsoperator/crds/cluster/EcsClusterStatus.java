package io.ecsoperator.crds.cluster;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.FlatRecordDeserializer;
import io.ecsoperator.crds.FlatRecordSerializer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@JsonSerialize(using = FlatRecordSerializer.class)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsClusterStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Status in ECS, such as ACTIVE.") @Nullable String status,
    @Description("Name of the cluster in ECS.") @Nullable String clusterName,
    @Description("Names of the capacity providers that the cluster has in ECS.")
        @Nullable List<String> capacityProviders)
    implements EcsStatus {

  @Override
  public EcsClusterStatus withCommon(CommonStatus common) {
    return new EcsClusterStatus(common, status, clusterName, capacityProviders);
  }

  /** A cluster has no capacity provider that it only waits for. */
  @Override
  public boolean usesByName(String name) {
    return capacityProviders != null && capacityProviders.contains(name);
  }

  @Override
  public List<String> seenByOthers() {
    return Objects.requireNonNullElse(capacityProviders, List.of());
  }

  @Override
  public String summary() {
    return Objects.requireNonNullElse(status, "");
  }
}
