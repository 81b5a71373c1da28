package io.ecsoperator.crds.capacityprovider;

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
import org.jspecify.annotations.Nullable;

@JsonSerialize(using = FlatRecordSerializer.class)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsCapacityProviderStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Name of the capacity provider in ECS.") @Nullable String name,
    @Description("Status in ECS, such as ACTIVE.") @Nullable String status,
    @Description("State of the last change in ECS, such as UPDATE_COMPLETE.")
        @Nullable String updateStatus,
    @Description("Why the last change failed, in ECS's words.") @Nullable String updateStatusReason,
    @Internal @Description("The last update or deletion that the operator requested.")
        @Nullable RequestedChange lastChange)
    implements EcsStatus {

  /** A status without any member. */
  public static EcsCapacityProviderStatus unknown() {
    return new EcsCapacityProviderStatus(CommonStatus.unknown(), null, null, null, null, null);
  }

  @Override
  public EcsCapacityProviderStatus withCommon(CommonStatus common) {
    return new EcsCapacityProviderStatus(
        common, name, status, updateStatus, updateStatusReason, lastChange);
  }

  public EcsCapacityProviderStatus withLastChange(RequestedChange lastChange) {
    return new EcsCapacityProviderStatus(
        common, name, status, updateStatus, updateStatusReason, lastChange);
  }

  /** Clusters take only capacity providers that are ACTIVE. */
  @Override
  public List<String> seenByOthers() {
    return List.of(String.valueOf(status));
  }

  @Override
  public String summary() {
    return Objects.requireNonNullElse(status, "");
  }
}
