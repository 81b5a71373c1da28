package io.ecsoperator.crds;

import java.util.List;

/** The status of any kind. */
public interface EcsStatus {
  /** The members that all kinds share. */
  CommonStatus common();

  /** The most important value of the status as a short text for a table; empty while unknown. */
  String summary();

  /** The values, besides the ARN, that objects on the other side of a reference depend on. */
  default List<String> seenByOthers() {
    return List.of();
  }
}
