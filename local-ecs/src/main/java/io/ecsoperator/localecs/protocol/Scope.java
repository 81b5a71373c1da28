package io.ecsoperator.localecs.protocol;

/** An account and a region: the namespace of resource names. */
public record Scope(String account, String region) {
  /** {@code arn:aws:ecs:<region>:<account>:<resource>}, in the partition of the region. */
  public String arn(String resource) {
    return arn("ecs", resource);
  }

  /** The ARN of a resource of another AWS service, such as {@code sqs}. */
  public String arn(String service, String resource) {
    return "arn:" + partition() + ":" + service + ":" + region + ":" + account + ":" + resource;
  }

  /** The principal of every call, because local-ecs does not check signatures. */
  public String principalArn() {
    return "arn:" + partition() + ":iam::" + account + ":root";
  }

  /** The service-linked role, which ECS uses for services without a role. */
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
