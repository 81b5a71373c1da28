package io.ecsoperator.crds;

import java.util.List;

/** The status of any kind. */
public sealed interface EcsStatus
    permits EcsClusterStatus, EcsTaskDefinitionStatus, EcsServiceStatus, EcsTaskStatus {

  /** The part that all kinds share. */
  CommonStatus common();

  /** What objects that refer to this one, or that it refers to, look at beside its ARN. */
  default List<String> seenByOthers() {
    return List.of();
  }
}
