package io.ecsoperator.localecs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.sdkschema.SdkOperation;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;

class QuotasTest {
  private static final Scope HERE = new Scope("123456789012", "us-east-1");

  private Instant now = Instant.EPOCH;
  private final Quotas quotas = new Quotas(true, () -> now);

  private int admitted(Scope scope, String... operations) {
    int admitted = 0;
    for (int i = 0; i < 1000; i++) {
      if (!quotas.admit(scope, operations[i % operations.length])) {
        return admitted;
      }
      admitted++;
    }
    return admitted;
  }

  @Test
  void aCategorySharesOneBucket() {
    assertThat(admitted(HERE, "CreateService", "UpdateService", "DeleteService")).isEqualTo(50);
    assertThat(admitted(HERE, "DescribeServices")).isEqualTo(100);
  }

  @Test
  void aBucketFillsInTimeAndNotBeyondItsBurst() {
    admitted(HERE, "CreateCluster");

    now = now.plus(Duration.ofMillis(2500));
    assertThat(admitted(HERE, "CreateCluster")).isEqualTo(2);
    now = now.plus(Duration.ofMillis(500));
    assertThat(admitted(HERE, "CreateCluster")).isEqualTo(1);
    now = now.plus(Duration.ofHours(1));
    assertThat(admitted(HERE, "CreateCluster")).isEqualTo(20);
  }

  @Test
  void accountsAndRegionsHaveBucketsOfTheirOwn() {
    admitted(HERE, "CreateCluster");

    assertThat(admitted(new Scope("123456789012", "eu-west-1"), "CreateCluster")).isEqualTo(20);
    assertThat(admitted(new Scope("210987654321", "us-east-1"), "CreateCluster")).isEqualTo(20);
  }

  @Test
  void switchedOffNothingIsLimitedAndSwitchedOnAgainBucketsAreFull() {
    admitted(HERE, "CreateCluster");

    quotas.set(false);
    assertThat(admitted(HERE, "CreateCluster")).isEqualTo(1000);
    quotas.set(true);
    assertThat(admitted(HERE, "CreateCluster")).isEqualTo(20);
  }

  @Test
  void everyOperationIsLimitedButThoseOfWhichNothingIsPublished() {
    Set<String> unlimited =
        SdkOperation.all(EcsClient.class).keySet().stream()
            .filter(operation -> !QuotaCategory.of(operation).isPublished())
            .filter(operation -> !operation.contains("Daemon"))
            .filter(operation -> !operation.contains("Express"))
            .filter(operation -> !operation.contains("Gateway"))
            .collect(Collectors.toSet());

    assertThat(unlimited)
        .containsOnly(
            "CreateTaskSet",
            "DeleteTaskSet",
            "DescribeTaskSets",
            "UpdateTaskSet",
            "UpdateServicePrimaryTaskSet",
            "DiscoverPollEndpoint",
            "StopServiceDeployment",
            "ContinueServiceDeployment");
  }
}
