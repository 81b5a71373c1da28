package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.world.WorldClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;

class NamespaceTest {
  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void servicesAreFoundByTheirNamespaceOrThatOfTheirCluster() {
    client.createCluster(
        c -> c.clusterName("shop").serviceConnectDefaults(d -> d.namespace("internal")));
    Fixtures.registerWeb(client);
    client.createService(Fixtures.service(0).build());
    String own =
        client
            .createService(
                Fixtures.service(0)
                    .serviceName("own")
                    .serviceConnectConfiguration(s -> s.enabled(true).namespace("other"))
                    .build())
            .service()
            .serviceArn();
    String inherited =
        client
            .createService(
                Fixtures.service(0)
                    .serviceName("inherited")
                    .serviceConnectConfiguration(s -> s.enabled(true))
                    .build())
            .service()
            .serviceArn();
    String arn =
        client
            .describeClusters(d -> d.clusters("shop"))
            .clusters()
            .getFirst()
            .serviceConnectDefaults()
            .namespace();

    assertThat(list("other")).containsExactly(own);
    assertThat(list("internal")).containsExactly(inherited);
    assertThat(list(arn)).containsExactly(inherited);
    assertThat(list("unused")).isEmpty();
    assertThatThrownBy(() -> list("")).isInstanceOf(InvalidParameterException.class);
  }

  private List<String> list(String namespace) {
    return client.listServicesByNamespace(l -> l.namespace(namespace)).serviceArns();
  }
}
