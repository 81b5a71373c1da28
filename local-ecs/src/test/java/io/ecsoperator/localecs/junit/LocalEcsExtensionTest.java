package io.ecsoperator.localecs.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;

class LocalEcsExtensionTest {

  @Nested
  @ExtendWith(LocalEcsExtension.class)
  class AsItIs {
    @BeforeEach
    void setUp(EcsClient client) {
      client.createCluster(c -> c.clusterName("before"));
    }

    @RepeatedTest(2)
    void everyTestHasAWorldOfItsOwnOnAVirtualClock(LocalEcs ecs, EcsClient client) {
      Instant start = ecs.now();
      client.createCluster(c -> c.clusterName("shop"));
      ecs.advance(Duration.ofHours(1));

      assertThat(ecs.now()).isEqualTo(start.plus(Duration.ofHours(1)));
      assertThat(client.listClusters().clusterArns()).hasSize(2);
    }
  }

  @Nested
  class WithOptions {
    @RegisterExtension
    final LocalEcsExtension extension =
        new LocalEcsExtension(
            LocalEcsOptions.defaults()
                .withClock(WorldClock.virtual())
                .withStandard(new Scope("210987654321", "eu-west-1")));

    @Test
    void theOptionsAreTheTests(EcsClient client) {
      assertThat(client.createCluster().cluster().clusterArn())
          .startsWith("arn:aws:ecs:eu-west-1:210987654321:");
    }
  }
}
