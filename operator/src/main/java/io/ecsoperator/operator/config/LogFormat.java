package io.ecsoperator.operator.config;

import java.util.Locale;

/** The format of log lines. */
public enum LogFormat {
  /** Readable text. */
  TEXT,
  /** One JSON object per line. */
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
