package io.ecsoperator.plan;

/** Tags, which every resource has in the same form. */
final class Tags {
  static final String MEMBER = "tags";

  private Tags() {}

  static boolean isTag(FieldPath path) {
    return path.depth() > 0 && path.top().equals(MEMBER);
  }

  /** AWS puts these tags on resources by itself. */
  static boolean isReserved(String key) {
    return key.startsWith("aws:") || key.equals("AmazonECSManaged");
  }
}
