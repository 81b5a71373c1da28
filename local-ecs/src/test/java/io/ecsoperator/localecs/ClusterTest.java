package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.world.WorldClock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Tag;

class ClusterTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void createAnswersWithTheClusterAndItsFilledInMembers() {
    Cluster cluster =
        client.createCluster(c -> c.clusterName("shop").tags(tag("team", "web"))).cluster();

    assertThat(cluster.clusterArn()).isEqualTo("arn:aws:ecs:us-east-1:123456789012:cluster/shop");
    assertThat(cluster.status()).isEqualTo("ACTIVE");
    assertThat(cluster.settings())
        .containsExactly(
            ClusterSetting.builder().name("containerInsights").value("disabled").build());
    assertThat(cluster.tags()).containsExactly(tag("team", "web"));
    assertThat(cluster.hasCapacityProviders()).isTrue();
    assertThat(cluster.runningTasksCount()).isZero();
  }

  @Test
  void createWithoutANameMakesTheDefaultCluster() {
    client.createCluster();

    assertThat(client.describeClusters().clusters())
        .extracting(Cluster::clusterName)
        .containsExactly("default");
  }

  @Test
  void createAgainWithTheSameArgumentsAnswersWithTheSameCluster() {
    client.createCluster(c -> c.clusterName("shop").tags(tag("team", "web")));

    assertThat(
            client
                .createCluster(c -> c.clusterName("shop").tags(tag("team", "web")))
                .cluster()
                .tags())
        .containsExactly(tag("team", "web"));
    assertThat(client.listClusters().clusterArns()).hasSize(1);
  }

  @Test
  void createAgainWithOtherArgumentsIsRefused() {
    client.createCluster(c -> c.clusterName("shop"));

    assertThatThrownBy(
            () -> client.createCluster(c -> c.clusterName("shop").capacityProviders("FARGATE")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith(
            "Arguments on this idempotent request are inconsistent with arguments used in previous"
                + " request(s).");
  }

  @Test
  void deleteLeavesAnInactiveClusterThatCreateRevives() {
    client.createCluster(c -> c.clusterName("shop").tags(tag("team", "web")));

    assertThat(client.deleteCluster(c -> c.cluster("shop")).cluster().status())
        .isEqualTo("INACTIVE");
    assertThat(client.deleteCluster(c -> c.cluster("shop")).cluster().status())
        .isEqualTo("INACTIVE");
    assertThat(client.listClusters().clusterArns()).isEmpty();
    assertThat(client.describeClusters(c -> c.clusters("shop")).clusters().getFirst().status())
        .isEqualTo("INACTIVE");
    assertThatThrownBy(() -> client.updateCluster(c -> c.cluster("shop")))
        .isInstanceOf(ClusterNotFoundException.class)
        .hasMessageStartingWith("The referenced cluster was inactive.");

    Cluster revived = client.createCluster(c -> c.clusterName("shop")).cluster();
    assertThat(revived.status()).isEqualTo("ACTIVE");
    assertThat(revived.tags()).isEmpty();
  }

  @Test
  void whatIsNotThereIsMissingWithTheArnItWouldHave() {
    assertThat(client.describeClusters(c -> c.clusters("nowhere")).failures())
        .containsExactly(
            Failure.builder()
                .arn("arn:aws:ecs:us-east-1:123456789012:cluster/nowhere")
                .reason("MISSING")
                .build());
    assertThatThrownBy(() -> client.deleteCluster(c -> c.cluster("nowhere")))
        .isInstanceOf(ClusterNotFoundException.class)
        .hasMessageStartingWith("Cluster not found.");
  }

  @Test
  void describeShowsOnlyWhatWasAskedFor() {
    client.createCluster(
        c ->
            c.clusterName("shop")
                .tags(tag("team", "web"))
                .configuration(
                    conf -> conf.executeCommandConfiguration(exec -> exec.logging("NONE"))));

    Cluster bare = client.describeClusters(c -> c.clusters("shop")).clusters().getFirst();
    assertThat(bare.settings()).isEmpty();
    assertThat(bare.tags()).isEmpty();
    assertThat(bare.statistics()).isEmpty();
    assertThat(bare.configuration()).isNull();
    assertThat(bare.hasAttachments()).isFalse();

    Cluster full =
        client
            .describeClusters(
                c ->
                    c.clusters("shop")
                        .include(ClusterField.knownValues().toArray(new ClusterField[0])))
            .clusters()
            .getFirst();
    assertThat(full.settings()).hasSize(1);
    assertThat(full.tags()).containsExactly(tag("team", "web"));
    assertThat(full.statistics())
        .extracting(KeyValuePair::name)
        .contains("runningFargateTasksCount", "activeEC2ServiceCount");
    assertThat(full.configuration().executeCommandConfiguration().loggingAsString())
        .isEqualTo("NONE");
    assertThat(full.hasAttachments()).isTrue();
  }

  @Test
  void describeKnowsOnlyItsIncludes() {
    assertThatThrownBy(() -> client.describeClusters(c -> c.includeWithStrings("COLOURS")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("include should be one of [");
  }

  @Test
  void describeTakesAHundredNamesAtMost() {
    List<String> names = IntStream.rangeClosed(1, 101).mapToObj(i -> "c" + i).toList();

    assertThatThrownBy(() -> client.describeClusters(c -> c.clusters(names)))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void updateChangesOnlyWhatItNames() {
    client.createCluster(
        c ->
            c.clusterName("shop")
                .configuration(
                    conf -> conf.executeCommandConfiguration(exec -> exec.logging("NONE"))));

    Cluster updated =
        client
            .updateCluster(
                c ->
                    c.cluster("shop")
                        .settings(
                            ClusterSetting.builder()
                                .name("containerInsights")
                                .value("enhanced")
                                .build())
                        .serviceConnectDefaults(d -> d.namespace("inner")))
            .cluster();

    assertThat(updated.settings()).extracting(ClusterSetting::value).containsExactly("enhanced");
    assertThat(updated.configuration()).isNotNull();
    assertThat(updated.serviceConnectDefaults().namespace())
        .startsWith("arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-");

    assertThat(
            client
                .updateCluster(c -> c.cluster("shop").serviceConnectDefaults(d -> d.namespace("")))
                .cluster()
                .serviceConnectDefaults())
        .isNull();
  }

  @Test
  void putCapacityProvidersReplacesThem() {
    client.createCluster(c -> c.clusterName("shop").capacityProviders("FARGATE_SPOT"));

    Cluster cluster =
        client
            .putClusterCapacityProviders(
                c ->
                    c.cluster("shop")
                        .capacityProviders("FARGATE")
                        .defaultCapacityProviderStrategy(all("FARGATE")))
            .cluster();

    assertThat(cluster.capacityProviders()).containsExactly("FARGATE");
    assertThat(cluster.defaultCapacityProviderStrategy().getFirst().base()).isZero();
    assertThatThrownBy(
            () ->
                client.putClusterCapacityProviders(
                    c ->
                        c.cluster("shop")
                            .capacityProviders("FARGATE")
                            .defaultCapacityProviderStrategy(all("FARGATE_SPOT"))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("not associated with the cluster");
  }

  @Test
  void listGoesPageByPageWithoutGapsThoughClustersGo() {
    List.of("a", "b", "c", "d").forEach(name -> client.createCluster(c -> c.clusterName(name)));

    var first = client.listClusters(c -> c.maxResults(2));
    client.deleteCluster(c -> c.cluster("a"));
    var second = client.listClusters(c -> c.maxResults(2).nextToken(first.nextToken()));

    assertThat(first.clusterArns()).extracting(ClusterTest::name).containsExactly("a", "b");
    assertThat(second.clusterArns()).extracting(ClusterTest::name).containsExactly("c", "d");
    assertThat(second.nextToken()).isNull();
    assertThatThrownBy(() -> client.listClusters(c -> c.maxResults(101)))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("Max results can not be greater than 100");
    assertThatThrownBy(() -> client.listClusters(c -> c.nextToken("made up")))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void tagsCanBeAddedListedAndRemovedWhileTheClusterIsActive() {
    String arn = client.createCluster(c -> c.clusterName("shop")).cluster().clusterArn();

    client.tagResource(t -> t.resourceArn(arn).tags(tag("a", "1"), tag("b", "2")));
    client.untagResource(t -> t.resourceArn(arn).tagKeys("a"));
    assertThat(client.listTagsForResource(t -> t.resourceArn(arn)).tags())
        .containsExactly(tag("b", "2"));

    client.deleteCluster(c -> c.cluster("shop"));
    assertThatThrownBy(() -> client.tagResource(t -> t.resourceArn(arn).tags(tag("c", "3"))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("inactive");
  }

  @Test
  void regionsDoNotSeeEachOther() {
    client.createCluster(c -> c.clusterName("shop"));

    try (EcsClient elsewhere = ecs.client("eu-west-1")) {
      assertThat(elsewhere.listClusters().clusterArns()).isEmpty();
      assertThat(elsewhere.createCluster(c -> c.clusterName("shop")).cluster().clusterArn())
          .isEqualTo("arn:aws:ecs:eu-west-1:123456789012:cluster/shop");
    }
  }

  private static CapacityProviderStrategyItem all(String provider) {
    return CapacityProviderStrategyItem.builder().capacityProvider(provider).weight(1).build();
  }

  private static String name(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
