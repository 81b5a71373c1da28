package io.ecsoperator.operator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.FailureClass;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The account and region of the credentials. */
class CallerIdentityTest extends CacheFixture {

  @Test
  void theArnOfAnUnknownClusterShowsAccountAndRegion() {
    ecs.answers(
        "{'clusters':[],'failures':[{'arn':'arn:aws-cn:ecs:cn-north-1:42:cluster/x','reason':'MISSING'}]}");

    assertThat(cache.location()).contains(new AwsLocation("aws-cn", "42", "cn-north-1"));
    assertThat(cache.location()).isPresent();
    assertThat(ecs.operations()).containsExactly("DescribeClusters");
  }

  @Test
  void theArnOfAClusterThatHasTheNameByChanceShowsThemToo() {
    ecs.answers("{'clusters':[{'clusterArn':'" + CLUSTER_ARN + "'}],'failures':[]}");

    assertThat(cache.location()).contains(new AwsLocation("aws", "1", "eu-central-1"));
  }

  @Test
  void untilEcsAnswersTheLocationIsEmptyAndAskedForAgainAfterAPause() {
    ecs.fails(failure(FailureClass.TRANSIENT));

    assertThat(cache.location()).isEmpty();
    assertThat(cache.location()).isEmpty();
    assertThat(ecs.asked()).hasSize(1);

    time.advance(Duration.ofSeconds(5));
    ecs.answers("{'clusters':[{'clusterArn':'" + CLUSTER_ARN + "'}]}");
    assertThat(cache.location()).isPresent();
  }
}
