package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.TestKinds;
import java.util.List;

/** The kinds' resources and their keys, in the region of {@code FakeEcs}. */
final class Keys {
  static final AwsResources RESOURCES = new AwsResources(TestKinds.awsResources());
  static final ResourceKey.Factory KEYS = new ResourceKey.Factory(RESOURCES, "eu-central-1");

  private Keys() {}

  static List<AwsResource> all() {
    return RESOURCES.all();
  }

  /** By its name, or where there is a cluster in the cluster {@code c}. */
  static ResourceKey key(String resource, String id) {
    AwsResource table = RESOURCES.named(resource);
    return new ResourceKey(table, table.isIn(Scope.IN_CLUSTER) ? "c" : "", id);
  }

  static ResourceKey cluster(String nameOrArn) {
    return KEYS.of(ResourceRef.inRegion("cluster", nameOrArn));
  }

  static ResourceKey service(String cluster, String nameOrArn) {
    return KEYS.of(serviceRef(cluster, nameOrArn));
  }

  static ResourceRef serviceRef(String cluster, String nameOrArn) {
    return ResourceRef.inCluster("service", cluster, nameOrArn);
  }

  static ResourceKey task(String cluster, String idOrArn) {
    return KEYS.of(ResourceRef.inCluster("task", cluster, idOrArn));
  }

  static ResourceKey taskDefinition(String familyOrArn) {
    return KEYS.of(taskDefinitionRef(familyOrArn));
  }

  static ResourceRef taskDefinitionRef(String familyOrArn) {
    return ResourceRef.inRegion("task_definition", familyOrArn);
  }

  static ResourceKey capacityProvider(String nameOrArn) {
    return KEYS.of(ResourceRef.inRegion("capacity_provider", nameOrArn));
  }
}
