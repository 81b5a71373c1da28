package io.ecsoperator.operator.aws;

import java.util.Optional;

/** Where a client's resources live. */
public record AwsLocation(String partition, String account, String region) {

  /** The place that an ARN names; empty for what is not an ARN or names no account and region. */
  public static Optional<AwsLocation> ofArn(String arn) {
    String[] parts = arn.split(":", 6);
    boolean complete =
        parts.length == 6
            && parts[0].equals("arn")
            && !parts[1].isEmpty()
            && !parts[3].isEmpty()
            && !parts[4].isEmpty();
    return complete ? Optional.of(new AwsLocation(parts[1], parts[4], parts[3])) : Optional.empty();
  }

  @Override
  public String toString() {
    return account + "/" + region;
  }
}
