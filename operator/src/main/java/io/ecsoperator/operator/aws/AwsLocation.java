package io.ecsoperator.operator.aws;

import java.util.Optional;

/** The account and region of a resource, and the partition that they belong to. */
public record AwsLocation(String partition, String account, String region) {

  /**
   * Returns the location in an ARN; empty for other text, and for ARNs without account or region.
   */
  public static Optional<AwsLocation> ofArn(String arn) {
    return Arn.parse(arn).flatMap(Arn::location);
  }

  @Override
  public String toString() {
    return account + "/" + region;
  }
}
