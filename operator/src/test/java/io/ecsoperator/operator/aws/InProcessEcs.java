package io.ecsoperator.operator.aws;

import io.ecsoperator.localecs.LocalEcs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;

/** The operator's client of a local-ecs in the same process, without a port in between. */
public final class InProcessEcs {
  private InProcessEcs() {}

  public static SdkEcs of(LocalEcs local) {
    return SdkEcs.of(
        EcsClient.builder()
            .httpClient(local.httpClient())
            .endpointOverride(URI.create("http://local-ecs"))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
        new SimpleMeterRegistry());
  }
}
