package io.ecsoperator.operator.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AwsResourcesTest {

  @Test
  void aNameAnArnTypeAndAnOperationAreInOneTableOnly() {
    AwsResource cluster = Keys.RESOURCES.named("cluster");
    AwsResource service = Keys.RESOURCES.named("service");

    assertRefused(List.of(cluster, cluster), "cluster is in two tables");
    assertRefused(List.of(cluster, renamed(service), service), "is in two tables");
    assertRefused(
        List.of(cluster, renamed(service, AwsResource.ArnForm.of(Scope.IN_CLUSTER)), service),
        "CreateService is in two tables");
  }

  @Test
  void oneTableDescribesClusters() {
    assertRefused(List.of(Keys.RESOURCES.named("service")), "One table has to describe clusters");
  }

  @Test
  void aResourceThatNoTableDescribesIsAnError() {
    assertThatThrownBy(() -> Keys.KEYS.of(ResourceRef.inRegion("servce", "web")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("servce")
        .hasMessageContaining("task_definition");
  }

  @Test
  void onlyAResourceThatLivesInAClusterIsNamedWithOne() {
    assertThatThrownBy(() -> Keys.KEYS.of(ResourceRef.inCluster("task_definition", "c", "web")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lives in no cluster");
  }

  @Test
  void everyTableIsFoundByTheArnsThatItNames() {
    String arn = "arn:aws:ecs:eu-central-1:1:";
    assertThat(
            Stream.of("cluster/c", "service/c/s", "service-deployment/c/s/d", "task/c/t")
                .map(tail -> Keys.KEYS.ofArn(arn + tail)))
        .containsExactly(
            Optional.of(Keys.cluster("c")),
            Optional.of(Keys.service("c", "s")),
            Optional.of(Keys.service("c", "s")),
            Optional.of(Keys.task("c", "t")));
    assertThat(
            Stream.of("task-definition/f:1", "capacity-provider/p")
                .map(tail -> Keys.KEYS.ofArn(arn + tail)))
        .containsExactly(
            Optional.of(Keys.taskDefinition("f:1")), Optional.of(Keys.capacityProvider("p")));
    assertThat(Stream.of("service/s", "daemon/c/d").map(tail -> Keys.KEYS.ofArn(arn + tail)))
        .containsOnly(Optional.empty());
    assertThat(Keys.KEYS.ofArn("web")).isEmpty();
  }

  private static void assertRefused(List<AwsResource> tables, String message) {
    assertThatThrownBy(() -> new AwsResources(tables))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static AwsResource renamed(AwsResource resource) {
    return renamed(resource, resource.arns());
  }

  private static AwsResource renamed(AwsResource resource, AwsResource.ArnForm arns) {
    return new AwsResource(
        "other",
        arns,
        resource.describe(),
        resource.changing(),
        resource.writes(),
        Optional.empty());
  }
}
