package io.ecsoperator.operator.informer;

import java.util.Locale;

/** Why an informer lists all objects. */
public enum ListCause {
  /** The operator starts. */
  START,
  /** The API server refused a watch: its version is too old, or it answered an error. */
  REFUSED,
  /** A watch could not be opened again. */
  LOST,
  /** The resource version went back. */
  RESTORED;

  /** The value of the metric's label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
