package io.ecsoperator.crds;

/** The status of any kind. */
public sealed interface EcsStatus
    permits EcsClusterStatus, EcsTaskDefinitionStatus, EcsServiceStatus, EcsTaskStatus {

  /** The part that all kinds share. */
  CommonStatus common();
}
