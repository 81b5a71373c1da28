package io.ecsoperator.crds;

import java.util.List;

/** The status of any kind. */
public interface EcsStatus {
  /** The part that all kinds share. */
  CommonStatus common();

  /** What counts for the kind, in a few words, as a table shows it; empty while unknown. */
  String summary();

  /** What objects that refer to this one, or that it refers to, look at beside its ARN. */
  default List<String> seenByOthers() {
    return List.of();
  }
}
