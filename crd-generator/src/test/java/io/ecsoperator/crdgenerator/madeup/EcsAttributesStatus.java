package io.ecsoperator.crdgenerator.madeup;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;

public record EcsAttributesStatus(
    @JsonUnwrapped CommonStatus common, @Description("Number of attributes.") Integer count)
    implements EcsStatus {
  @Override
  public EcsAttributesStatus withCommon(CommonStatus common) {
    return new EcsAttributesStatus(common, count);
  }

  @Override
  public String summary() {
    return "";
  }
}
