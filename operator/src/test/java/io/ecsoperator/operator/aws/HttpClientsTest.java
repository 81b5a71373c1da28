package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

class HttpClientsTest {
  private static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);

  private final LocalEcs local = LocalEcs.start(LocalEcsOptions.defaults());

  @AfterEach
  void stop() {
    local.close();
  }

  @Test
  void aCallOnAClosedConnectionIsNotRetriedAndIsAmbiguous() {
    try (SdkEcs ecs = ecs(local.url())) {
      // A reused connection, on which HTTP clients retry by default.
      ecs.read("ListClusters", tree("{}"), CONTEXT);
      local.faults().add(FaultRule.next(1, "CreateCluster", Fault.lostAnswer()));

      AwsFailure failure = create(ecs);

      assertThat(failure.code()).isEqualTo("ConnectionLost");
      assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
      assertThat(failure.ambiguous()).isTrue();
      assertThat(local.calls().of("CreateCluster")).hasSize(1);
    }
  }

  @Test
  void aCallToAClosedPortIsNotAmbiguous() {
    URI closed = local.url();
    local.close();

    try (SdkEcs ecs = ecs(closed)) {
      AwsFailure failure = create(ecs);

      assertThat(failure.code()).isEqualTo("ConnectionFailed");
      assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
      assertThat(failure.ambiguous()).isFalse();
    }
  }

  private static AwsFailure create(SdkEcs ecs) {
    return catchThrowableOfType(
        AwsFailure.class, () -> ecs.write("CreateCluster", tree("{'clusterName':'a'}"), CONTEXT));
  }

  private static SdkEcs ecs(URI endpoint) {
    return SdkEcs.of(
        EcsClient.builder()
            .httpClientBuilder(HttpClients.apache())
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
        new SimpleMeterRegistry());
  }
}
