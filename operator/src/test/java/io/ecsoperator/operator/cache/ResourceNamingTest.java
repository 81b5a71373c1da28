package io.ecsoperator.operator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Names and ARNs of the same resource. */
class ResourceNamingTest extends CacheFixture {

  @Test
  void nameAndArnAreTheSameResource() {
    ecs.answers(describing(count(1)));
    read(EcsReader.Freshness.NOW);

    ResourceKey byArn = Keys.service(CLUSTER_ARN, "arn:aws:ecs:eu-central-1:1:service/c/s");

    assertThat(cache.read(byArn, WITHIN_5_S, CONTEXT).join()).isEqualTo(present(count(1)));
  }

  @Test
  void anArnOfAnotherRegionIsAnotherResourceThanThatNameHere() {
    String elsewhere = "arn:aws:ecs:us-east-1:1:cluster/c";
    ecs.answers("{'clusters':[],'failures':[{'arn':'" + elsewhere + "','reason':'MISSING'}]}");

    CompletableFuture<Observation> observation =
        cache.read(Keys.cluster(elsewhere), EcsReader.Freshness.NOW, CONTEXT);
    time.advance(WINDOW);

    assertThat(ecs.asked().getFirst().request().path("clusters").path(0).asText())
        .isEqualTo(elsewhere);
    assertThat(observation.join()).isEqualTo(new Observation.Absent());
  }

  @Test
  void noClusterMeansTheDefaultOne() {
    assertThat(Keys.service("", "s")).isEqualTo(Keys.service("default", "s"));
  }
}
