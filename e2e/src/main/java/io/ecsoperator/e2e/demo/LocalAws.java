package io.ecsoperator.e2e.demo;

import java.util.Map;

/** What makes an AWS SDK talk to local-ecs, and to nothing else. */
public final class LocalAws {
  public static final String REGION = "us-east-1";

  /** Any will do. */
  static final String ACCESS_KEY = "demo";

  private LocalAws() {}

  /** The variables of a process that has no others. */
  public static Map<String, String> variables(String endpoint) {
    return Map.of(
        "AWS_ENDPOINT_URL", endpoint,
        "AWS_REGION", REGION,
        "AWS_ACCESS_KEY_ID", ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY", ACCESS_KEY,
        // The user's own settings have no place here.
        "AWS_CONFIG_FILE", "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  }
}
