package io.ecsoperator.localecs.protocol;

/** An account and a region: what two resources with the same name must differ in. */
public record Scope(String account, String region) {
  /** {@code arn:aws:ecs:<region>:<account>:<resource>}, in the partition of the region. */
  public String arn(String resource) {
    return arn("ecs", resource);
  }

  /** The ARN of what another service of AWS keeps, such as {@code sqs}. */
  public String arn(String service, String resource) {
    return "arn:" + partition() + ":" + service + ":" + region + ":" + account + ":" + resource;
  }

  /** The principal that every call is made by; local-ecs does not check signatures. */
  public String principalArn() {
    return "arn:" + partition() + ":iam::" + account + ":root";
  }

  /** The role that ECS uses on the account's behalf where a service names none. */
  public String serviceLinkedRoleArn() {
    return "arn:"
        + partition()
        + ":iam::"
        + account
        + ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
  }

  private String partition() {
    if (region.startsWith("cn-")) {
      return "aws-cn";
    }
    return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }
}
