package io.ecsoperator.controlplane.process;

import java.util.Map;

/** Settings with which an AWS SDK calls local-ecs, and nothing else. */
public final class LocalAws {
  public static final String REGION = "us-east-1";

  /** Both the access key id and the secret access key; local-ecs accepts any. */
  public static final String ACCESS_KEY = "demo";

  private LocalAws() {}

  /** The environment variables for a process that gets no others about AWS. */
  public static Map<String, String> variables(String endpoint) {
    return Map.of(
        "AWS_ENDPOINT_URL", endpoint,
        "AWS_REGION", REGION,
        "AWS_ACCESS_KEY_ID", ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY", ACCESS_KEY,
        // The user's own settings must not apply.
        "AWS_CONFIG_FILE", "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  }
}
