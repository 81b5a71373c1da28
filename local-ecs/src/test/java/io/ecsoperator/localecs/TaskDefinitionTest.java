package io.ecsoperator.localecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.sdkschema.SdkJson;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.SortOrder;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionFamilyStatus;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

class TaskDefinitionTest {
  private static final String WEB =
      """
      {"family": "web", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
       "cpu": ".25 vCPU", "memory": "0.5GB",
       "containerDefinitions": [
         {"name": "web", "image": "nginx", "portMappings": [{"containerPort": 80}],
          "healthCheck": {"command": ["CMD", "true"]}}]}
      """;

  private final LocalEcs ecs =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = ecs.client();

  @AfterEach
  void stop() {
    ecs.close();
  }

  @Test
  void registerFillsInWhatEcsFillsInAndNoMore() {
    TaskDefinition web = register(WEB);

    assertThat(web.taskDefinitionArn())
        .isEqualTo("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1");
    assertThat(web.revision()).isOne();
    assertThat(web.status()).isEqualTo(TaskDefinitionStatus.ACTIVE);
    assertThat(web.registeredAt()).isEqualTo(ecs.now());
    assertThat(web.cpu()).isEqualTo("256");
    assertThat(web.memory()).isEqualTo("512");
    assertThat(web.hasVolumes()).isTrue();
    assertThat(web.hasPlacementConstraints()).isTrue();
    assertThat(web.compatibilities()).contains(Compatibility.EC2, Compatibility.FARGATE);
    assertThat(web.requiresAttributes())
        .extracting(Attribute::name)
        .contains("ecs.capability.task-eni", "ecs.capability.container-health-check");
    ContainerDefinition container = web.containerDefinitions().getFirst();
    assertThat(container.cpu()).isZero();
    assertThat(container.essential()).isTrue();
    assertThat(container.hasEnvironment()).isTrue();
    assertThat(container.hasMountPoints()).isTrue();
    assertThat(container.hasVolumesFrom()).isTrue();
    assertThat(container.hasSystemControls()).isTrue();
    assertThat(container.hasCommand()).isFalse();
    assertThat(container.portMappings())
        .containsExactly(
            PortMapping.builder().containerPort(80).hostPort(80).protocol("tcp").build());
    assertThat(container.healthCheck().interval()).isEqualTo(30);
    assertThat(container.healthCheck().timeout()).isEqualTo(5);
    assertThat(container.healthCheck().retries()).isEqualTo(3);
    assertThat(container.healthCheck().startPeriod()).isNull();
  }

  @Test
  void bridgeKeepsNetworkModeAbsentAndHostPortZero() {
    TaskDefinition bridge =
        register(
            """
            {"family": "old", "containerDefinitions": [
              {"name": "a", "image": "nginx", "memory": 64, "portMappings": [{"containerPort": 80}],
               "linuxParameters": {"capabilities": {"drop": ["ALL"]}}}]}
            """);

    assertThat(bridge.networkMode()).isNull();
    assertThat(bridge.hasRequiresCompatibilities()).isFalse();
    assertThat(bridge.compatibilities()).containsExactly(Compatibility.EXTERNAL, Compatibility.EC2);
    ContainerDefinition container = bridge.containerDefinitions().getFirst();
    assertThat(container.portMappings().getFirst().hostPort()).isZero();
    assertThat(container.linuxParameters().capabilities().hasAdd()).isTrue();
  }

  @Test
  void aLogRouterRunsAsRootAndVolumesShowTheirDefaults() {
    TaskDefinition routed =
        register(
            """
            {"family": "routed", "volumes": [
               {"name": "scratch"},
               {"name": "shared", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}},
               {"name": "docker", "dockerVolumeConfiguration": {"labels": {"a": "b"}}},
               {"name": "ebs", "configuredAtLaunch": true}],
             "containerDefinitions": [
               {"name": "a", "image": "nginx", "memory": 64,
                "logConfiguration": {"logDriver": "awsfirelens"}},
               {"name": "router", "image": "fluent-bit", "memory": 64,
                "firelensConfiguration": {"type": "fluentbit"}}]}
            """);

    assertThat(routed.containerDefinitions())
        .extracting(ContainerDefinition::user)
        .containsExactly(null, "0");
    assertThat(routed.volumes().getFirst().host()).isNotNull();
    assertThat(routed.volumes().get(1).efsVolumeConfiguration().rootDirectory()).isEqualTo("/");
    assertThat(routed.volumes().get(1).host()).isNull();
    assertThat(routed.volumes().get(2).dockerVolumeConfiguration().scopeAsString())
        .isEqualTo("task");
    assertThat(routed.volumes().get(2).dockerVolumeConfiguration().driver()).isEqualTo("local");
    assertThat(routed.volumes().get(3).host()).isNull();
  }

  @Test
  void aLogRouterWithAnotherUserIsRefused() {
    assertThatThrownBy(
            () ->
                register(
                    """
                    {"family": "routed", "containerDefinitions": [
                       {"name": "router", "image": "fluent-bit", "memory": 64, "user": "root",
                        "firelensConfiguration": {"type": "fluentbit"}}]}
                    """))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("'UID' has to be '0'");
  }

  @Test
  void everyMemberOfARegistrationHasItsTwinInTheTaskDefinition() {
    assertThat(TaskDefinition.builder().build().sdkFields().stream().map(SdkField::locationName))
        .containsAll(
            RegisterTaskDefinitionRequest.builder().build().sdkFields().stream()
                .map(SdkField::locationName)
                .filter(name -> !name.equals("tags"))
                .toList());
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments("Family contains invalid characters.", "/family", "\"a b\""),
        arguments("Container list cannot be empty.", "/containerDefinitions", "[]"),
        arguments("Fargate requires that 'cpu' be defined at the task level.", "/cpu", "null"),
        arguments(
            "No Fargate configuration exists for given values: 256 CPU, 4096 memory.",
            "/memory",
            "\"4 GB\""),
        arguments("Fargate only supports network mode ‘awsvpc’.", "/networkMode", "\"bridge\""),
        arguments(
            "Task definition doesn't have any essential container.",
            "/containerDefinitions/0/essential",
            "false"),
        arguments(
            "When networkMode=awsvpc, the host ports and container ports in port mappings must"
                + " match.",
            "/containerDefinitions/0/portMappings",
            "[{\"containerPort\": 80, \"hostPort\": 81}]"),
        arguments(
            "Fargate does not support privileged.", "/containerDefinitions/0/privileged", "true"),
        arguments(
            "to support log driver awslogs",
            "/containerDefinitions/0/logConfiguration",
            "{\"logDriver\": \"awslogs\","
                + " \"options\": {\"awslogs-group\": \"g\", \"awslogs-region\": \"r\"}}"),
        arguments("stopTimeout", "/containerDefinitions/0/stopTimeout", "121"),
        arguments("'startTimeout' must be at least 2", "/containerDefinitions/0/startTimeout", "1"),
        arguments(
            "'restartAttemptPeriod' must be between 60 and 1800",
            "/containerDefinitions/0/restartPolicy",
            "{\"enabled\": true, \"restartAttemptPeriod\": 59}"),
        arguments("between 21 and 200", "/ephemeralStorage", "{\"sizeInGiB\": 20}"),
        arguments(
            "'interval' must be between 5 and 300",
            "/containerDefinitions/0/healthCheck/interval",
            "4"),
        arguments(
            "which is not in the task definition",
            "/containerDefinitions/0/dependsOn",
            "[{\"containerName\": \"x\", \"condition\": \"START\"}]"),
        arguments(
            "Condition SUCCESS is not allowed on an essential container",
            "/containerDefinitions/0/dependsOn",
            "[{\"containerName\": \"web\", \"condition\": \"SUCCESS\"}]"),
        arguments(
            "Container dependsOn contains a cycle",
            "/containerDefinitions/0/dependsOn",
            "[{\"containerName\": \"web\", \"condition\": \"START\"}]"));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("refusals")
  void refusesWhatEcsRefuses(String message, String pointer, String value) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    var tree = mapper.readTree(WEB);
    int last = pointer.lastIndexOf('/');
    var parent = (ObjectNode) tree.at(pointer.substring(0, last));
    parent.remove(pointer.substring(last + 1));
    if (!value.equals("null")) {
      parent.set(pointer.substring(last + 1), mapper.readTree(value));
    }

    assertThatThrownBy(() -> register(tree.toString()))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "256,512,true",
    "256,1024,true",
    "256,2048,true",
    "256,4096,false",
    "512,4096,true",
    "1024,8192,true",
    "2048,16384,true",
    "4096,30720,true",
    "4096,31744,false",
    "8192,16384,true",
    "8192,20480,true",
    "8192,21504,false",
    "16384,122880,true",
    "16384,32768,true",
    "16384,36864,false",
    "300,512,false"
  })
  void knowsTheSizesOfFargate(String cpu, String memory, boolean offered) {
    String definition = WEB.replace(".25 vCPU", cpu).replace("0.5GB", memory);

    if (offered) {
      assertThatCode(() -> register(definition)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> register(definition))
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("No Fargate configuration exists");
    }
  }

  @Test
  void aRevisionGoesFromActiveToInactiveToGoneAndItsNumberIsNotUsedAgain() {
    register(WEB);
    register(WEB);
    assertThat(
            client
                .deleteTaskDefinitions(d -> d.taskDefinitions("web:2"))
                .failures()
                .getFirst()
                .reason())
        .endsWith("still in ACTIVE status. Please deregister the target and try again.");

    client.deregisterTaskDefinition(d -> d.taskDefinition("web:2"));
    assertThat(client.describeTaskDefinition(d -> d.taskDefinition("web")).taskDefinition())
        .extracting(TaskDefinition::revision)
        .isEqualTo(1);
    assertThat(
            client.describeTaskDefinition(d -> d.taskDefinition("web:2")).taskDefinition().status())
        .isEqualTo(TaskDefinitionStatus.INACTIVE);

    assertThat(
            client
                .deleteTaskDefinitions(d -> d.taskDefinitions("web:2"))
                .taskDefinitions()
                .getFirst()
                .status())
        .isEqualTo(TaskDefinitionStatus.DELETE_IN_PROGRESS);
    ecs.advance(Duration.ofMinutes(1));
    assertThatThrownBy(() -> client.describeTaskDefinition(d -> d.taskDefinition("web:2")))
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith("Unable to describe task definition.");
    assertThat(register(WEB).revision()).isEqualTo(3);
  }

  @Test
  void deregisterNeedsARevision() {
    register(WEB);

    assertThatThrownBy(() -> client.deregisterTaskDefinition(d -> d.taskDefinition("web")))
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith("Revision is missing");
    assertThatThrownBy(() -> client.deregisterTaskDefinition(d -> d.taskDefinition("web:9")))
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith("Unable to deregister task definition.");
  }

  @Test
  void describeShowsTagsOnlyWhenAsked() {
    client.registerTaskDefinition(
        request(WEB).toBuilder().tags(Tag.builder().key("a").value("b").build()).build());

    assertThat(client.describeTaskDefinition(d -> d.taskDefinition("web")).hasTags()).isFalse();
    assertThat(
            client
                .describeTaskDefinition(
                    d -> d.taskDefinition("web").include(TaskDefinitionField.TAGS))
                .tags())
        .containsExactly(Tag.builder().key("a").value("b").build());
  }

  @Test
  void listsRevisionsOfOneWholeFamilyAndFamiliesByPrefix() {
    register(WEB);
    register(WEB);
    register(WEB.replace("\"family\": \"web\"", "\"family\": \"web-admin\""));
    client.deregisterTaskDefinition(d -> d.taskDefinition("web-admin:1"));

    assertThat(
            client
                .listTaskDefinitions(l -> l.familyPrefix("web").sort(SortOrder.DESC))
                .taskDefinitionArns())
        .extracting(arn -> arn.substring(arn.lastIndexOf('/') + 1))
        .containsExactly("web:2", "web:1");
    assertThat(
            client
                .listTaskDefinitions(l -> l.status(TaskDefinitionStatus.INACTIVE))
                .taskDefinitionArns())
        .hasSize(1);
    assertThat(client.listTaskDefinitionFamilies(l -> l.familyPrefix("web")).families())
        .isEqualTo(List.of("web", "web-admin"));
    assertThat(
            client
                .listTaskDefinitionFamilies(l -> l.status(TaskDefinitionFamilyStatus.ACTIVE))
                .families())
        .containsExactly("web");
  }

  private TaskDefinition register(String json) {
    return client.registerTaskDefinition(request(json)).taskDefinition();
  }

  private static RegisterTaskDefinitionRequest request(String json) {
    try {
      return new SdkJson()
          .decode(new ObjectMapper().readTree(json), RegisterTaskDefinitionRequest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
