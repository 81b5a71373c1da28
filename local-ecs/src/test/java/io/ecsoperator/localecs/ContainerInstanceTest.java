package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.AttributeLimitExceededException;
import software.amazon.awssdk.services.ecs.model.ClusterContainsContainerInstancesException;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceField;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.NoUpdateAvailableException;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.TargetNotFoundException;
import software.amazon.awssdk.services.ecs.model.TargetType;
import software.amazon.awssdk.services.ecs.model.UpdateInProgressException;

class ContainerInstanceTest {
  private static final String DOCUMENT =
      """
      {"instanceId": "i-0123456789abcdef0", "instanceType": "t3.medium", "availabilityZone": "us-east-1b"}
      """;

  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @BeforeEach
  void createCluster() {
    client.createCluster(c -> c.clusterName("shop"));
  }

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void registeringReadsTheIdentityDocument() {
    ContainerInstance instance =
        client
            .registerContainerInstance(r -> r.cluster("shop").instanceIdentityDocument(DOCUMENT))
            .containerInstance();

    assertThat(instance.containerInstanceArn())
        .matches("arn:aws:ecs:us-east-1:123456789012:container-instance/shop/[0-9a-f]{32}");
    assertThat(instance.ec2InstanceId()).isEqualTo("i-0123456789abcdef0");
    assertThat(instance.status()).isEqualTo("ACTIVE");
    assertThat(instance.agentConnected()).isTrue();
    assertThat(instance.version()).isEqualTo(1);
    assertThat(instance.runningTasksCount()).isZero();
    assertThat(value(instance, "ecs.instance-type")).isEqualTo("t3.medium");
    assertThat(value(instance, "ecs.availability-zone")).isEqualTo("us-east-1b");
    assertThat(resource(instance.registeredResources(), "CPU").integerValue()).isEqualTo(2048);
    assertThat(resource(instance.remainingResources(), "MEMORY").integerValue()).isEqualTo(3840);
    assertThat(resource(instance.remainingResources(), "PORTS").stringSetValue())
        .containsExactly("22", "2375", "2376", "51678", "51679");
  }

  @Test
  void registeringAgainUnderTheSameArnKeepsTheInstance() {
    String arn = ecs.instances().add("shop", "m5.large", 1).getFirst();
    ecs.instances().connect("shop", arn, false);

    ContainerInstance again =
        client
            .registerContainerInstance(r -> r.cluster("shop").containerInstanceArn(arn))
            .containerInstance();

    assertThat(again.containerInstanceArn()).isEqualTo(arn);
    assertThat(again.agentConnected()).isTrue();
    assertThat(list("")).containsExactly(arn);
  }

  @Test
  void instancesAreDescribedByIdOrArnAndUnknownOnesAreMissing() {
    String arn = ecs.instances().add("shop", "m5.large", 1).getFirst();
    String id = arn.substring(arn.lastIndexOf('/') + 1);

    var answer =
        client.describeContainerInstances(
            d ->
                d.cluster("shop")
                    .containerInstances(id, "nope")
                    .include(ContainerInstanceField.CONTAINER_INSTANCE_HEALTH));

    assertThat(answer.containerInstances()).hasSize(1);
    assertThat(answer.containerInstances().getFirst().healthStatus().overallStatusAsString())
        .isEqualTo("OK");
    assertThat(answer.failures())
        .containsExactly(
            Failure.builder()
                .arn("arn:aws:ecs:us-east-1:123456789012:container-instance/shop/nope")
                .reason("MISSING")
                .build());
  }

  @Test
  void listingFiltersByQueryAndStatus() {
    List<String> large = ecs.instances().add("shop", "m5.large", 2);
    List<String> small = ecs.instances().add("shop", "t3.small", 1, Map.of("stack", "test"));
    client.updateContainerInstancesState(
        u -> u.cluster("shop").containerInstances(large.getFirst()).status("DRAINING"));

    assertThat(list("")).hasSize(3);
    assertThat(list("attribute:ecs.instance-type =~ t3.*")).isEqualTo(small);
    assertThat(list("not(attribute:stack exists)")).containsExactlyInAnyOrderElementsOf(large);
    assertThat(
            client
                .listContainerInstances(
                    l -> l.cluster("shop").status(ContainerInstanceStatus.DRAINING))
                .containerInstanceArns())
        .containsExactly(large.getFirst());
    assertThatThrownBy(() -> list("attribute:stack =="))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void changingTheStateFailsForThoseThatAreNotThere() {
    String arn = ecs.instances().add("shop", "m5.large", 1).getFirst();

    var answer =
        client.updateContainerInstancesState(
            u -> u.cluster("shop").containerInstances(arn, "nope").status("DRAINING"));

    assertThat(answer.containerInstances())
        .extracting(ContainerInstance::status)
        .containsExactly("DRAINING");
    assertThat(answer.failures()).extracting(Failure::reason).containsExactly("MISSING");
    assertThatThrownBy(
            () ->
                client.updateContainerInstancesState(
                    u -> u.cluster("shop").containerInstances(arn).status("DEREGISTERING")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith("Container instance status should be one of [ACTIVE,DRAINING]");
  }

  @Test
  void aDeregisteredInstanceIsInactiveAndNoLongerListed() {
    String arn = ecs.instances().add("shop", "m5.large", 1).getFirst();
    assertThatThrownBy(() -> client.deleteCluster(d -> d.cluster("shop")))
        .isInstanceOf(ClusterContainsContainerInstancesException.class);

    ContainerInstance gone =
        client
            .deregisterContainerInstance(d -> d.cluster("shop").containerInstance(arn))
            .containerInstance();

    assertThat(gone.status()).isEqualTo("INACTIVE");
    assertThat(list("")).isEmpty();
    assertThat(describe(arn).status()).isEqualTo("INACTIVE");
    client.deleteCluster(d -> d.cluster("shop"));
  }

  @Test
  void theClusterCountsItsInstances() {
    ecs.instances().add("shop", "m5.large", 3);

    assertThat(
            client
                .describeClusters(d -> d.clusters("shop"))
                .clusters()
                .getFirst()
                .registeredContainerInstancesCount())
        .isEqualTo(3);
  }

  @Test
  void attributesArePutListedAndDeleted() {
    String arn = ecs.instances().add("shop", "m5.large", 1).getFirst();

    client.putAttributes(p -> p.cluster("shop").attributes(attribute(arn, "stack", "live")));

    assertThat(value(describe(arn), "stack")).isEqualTo("live");
    assertThat(
            client
                .listAttributes(
                    l ->
                        l.cluster("shop")
                            .targetType(TargetType.CONTAINER_INSTANCE)
                            .attributeName("stack"))
                .attributes())
        .containsExactly(Attribute.builder().name("stack").value("live").targetId(arn).build());

    client.deleteAttributes(d -> d.cluster("shop").attributes(attribute(arn, "stack", null)));
    assertThat(describe(arn).attributes()).extracting(Attribute::name).doesNotContain("stack");
  }

  @Test
  void attributesNeedATargetAndHaveALimit() {
    String arn = ecs.instances().add("shop", "m5.large", 1).getFirst();

    assertThatThrownBy(
            () ->
                client.putAttributes(
                    p -> p.cluster("shop").attributes(attribute("nope", "stack", "live"))))
        .isInstanceOf(TargetNotFoundException.class);
    for (int i = 0; i < 10; i++) {
      String name = "custom" + i;
      client.putAttributes(p -> p.cluster("shop").attributes(attribute(arn, name, "x")));
    }
    assertThatThrownBy(
            () ->
                client.putAttributes(
                    p -> p.cluster("shop").attributes(attribute(arn, "onemore", "x"))))
        .isInstanceOf(AttributeLimitExceededException.class);
  }

  @Test
  void theAgentIsUpdatedStepByStep() {
    String arn =
        client
            .registerContainerInstance(
                r -> r.cluster("shop").versionInfo(v -> v.agentVersion("1.50.0")))
            .containerInstance()
            .containerInstanceArn();

    ContainerInstance begun =
        client
            .updateContainerAgent(u -> u.cluster("shop").containerInstance(arn))
            .containerInstance();

    assertThat(begun.agentUpdateStatusAsString()).isEqualTo("PENDING");
    assertThatThrownBy(
            () -> client.updateContainerAgent(u -> u.cluster("shop").containerInstance(arn)))
        .isInstanceOf(UpdateInProgressException.class);
    ecs.advance(Duration.ofSeconds(80));
    assertThat(describe(arn).agentUpdateStatusAsString()).isEqualTo("UPDATED");
    assertThat(describe(arn).versionInfo().agentVersion()).isNotEqualTo("1.50.0");
    assertThatThrownBy(
            () -> client.updateContainerAgent(u -> u.cluster("shop").containerInstance(arn)))
        .isInstanceOf(NoUpdateAvailableException.class);
  }

  private List<String> list(String filter) {
    return client
        .listContainerInstances(l -> l.cluster("shop").filter(filter.isEmpty() ? null : filter))
        .containerInstanceArns();
  }

  private ContainerInstance describe(String arn) {
    return client
        .describeContainerInstances(d -> d.cluster("shop").containerInstances(arn))
        .containerInstances()
        .getFirst();
  }

  private static Attribute attribute(String target, String name, String value) {
    return Attribute.builder()
        .name(name)
        .value(value)
        .targetType(TargetType.CONTAINER_INSTANCE)
        .targetId(target)
        .build();
  }

  private static String value(ContainerInstance instance, String name) {
    return instance.attributes().stream()
        .filter(attribute -> attribute.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static Resource resource(List<Resource> resources, String name) {
    return resources.stream()
        .filter(resource -> resource.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
