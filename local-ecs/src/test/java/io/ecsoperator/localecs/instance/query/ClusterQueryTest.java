package io.ecsoperator.localecs.instance.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.instance.Demand;
import io.ecsoperator.localecs.instance.InstanceState;
import io.ecsoperator.localecs.instance.ResourceReservation;
import io.ecsoperator.localecs.protocol.EcsError;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.VersionInfo;

class ClusterQueryTest {
  /** A t3.small in us-east-1a that runs one task of service web. */
  private static final InstanceState INSTANCE =
      new InstanceState(
          "cluster",
          ContainerInstance.builder()
              .containerInstanceArn("instance")
              .ec2InstanceId("i-0abc")
              .agentConnected(true)
              .versionInfo(VersionInfo.builder().agentVersion("1.50.2").build())
              .registeredAt(Instant.parse("2026-03-01T12:00:00Z"))
              .status("ACTIVE")
              .attributes(
                  Attribute.builder().name("ecs.instance-type").value("t3.small").build(),
                  Attribute.builder().name("ecs.availability-zone").value("us-east-1a").build(),
                  Attribute.builder().name("ssd").build())
              .build(),
          new TreeMap<>(
              Map.of(
                  "task",
                  new ResourceReservation(
                      "service:web", Demand.NONE, ResourceReservation.Phase.RUNNING))),
          1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attribute:ecs.instance-type == t3.small",
        "attribute:ecs.instance-type equals t3.small",
        "attribute:ecs.instance-type =~ t3.*",
        "attribute:ecs.instance-type =~ (t2|t3)[.]small",
        "(attribute:ecs.instance-type =~ t3.*)",
        "attribute:ecs.instance-type !~ m5.*",
        "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]",
        "attribute:ecs.availability-zone not_in [us-east-1c]",
        "attribute:ecs.availability-zone !in [us-east-1c]",
        "attribute:ecs.availability-zone == \"us-east-1a\"",
        "attribute:ssd exists",
        "attribute:hdd !exists",
        "attribute:hdd not_exists",
        "attribute:hdd != x",
        "task:group == service:web",
        "not(task:group == service:shop)",
        "task:group != service:shop",
        "agentConnected == true",
        "agentVersion > 1.9.9",
        "agentVersion >= 1.50.2",
        "ec2InstanceId in ['i-0abc', 'i-0def']",
        "registeredAt > 2026-02-28",
        "registeredAt <= 2026-03-01T13:00:00+01:00",
        "runningTasksCount == 1",
        "runningTasksCount < 2 and runningTasksCount >= 1",
        "attribute:hdd exists or attribute:ssd exists && agentConnected == true",
        "!(attribute:hdd exists) and not attribute:tape exists"
      })
  void matches(String expression) {
    assertThat(ClusterQuery.parse(expression).matches(INSTANCE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attribute:ecs.instance-type == t3",
        "attribute:ecs.instance-type =~ t3",
        "attribute:hdd == x",
        "attribute:hdd =~ .*",
        "task:group != service:web",
        "agentConnected == false",
        "agentVersion < 1.50.2",
        "registeredAt < 2026-03-01",
        "runningTasksCount > 1",
        "attribute:ssd exists and attribute:hdd exists",
        "(attribute:ssd exists or attribute:hdd exists) and agentConnected == false"
      })
  void doesNotMatch(String expression) {
    assertThat(ClusterQuery.parse(expression).matches(INSTANCE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "attribute:",
        "attribute:x",
        "attribute:x ==",
        "attribute:x == a b",
        "attribute:x in a",
        "attribute:x in [a",
        "attribute:x =~ [",
        "(attribute:x exists",
        "attribute:x exists)",
        "colour == red",
        "runningTasksCount == many",
        "registeredAt > yesterday",
        "attribute:x === a",
        "and",
        "not"
      })
  void refusesWhatIsNoExpression(String expression) {
    assertThatThrownBy(() -> ClusterQuery.parse(expression))
        .isInstanceOf(EcsError.class)
        .hasMessage("Invalid expression: " + expression);
  }
}
