package io.ecsoperator.plan;

import static io.ecsoperator.plan.Shape.CLUSTER;
import static io.ecsoperator.plan.Shape.SERVICE;
import static io.ecsoperator.plan.Shape.TASK_DEFINITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferTest {
  private final Differ differ = new Differ();

  private List<FieldChange> diff(
      Shape shape, String desired, String observed, List<String> applied, List<String> ignored) {
    return differ.diff(shape, Json.object(desired), Json.object(observed), applied, ignored);
  }

  private static FieldChange change(String path, String from, String to) {
    return new FieldChange(path, node(from), node(to));
  }

  private static JsonNode node(String text) {
    return text.isEmpty() ? Values.MISSING : Json.json(text);
  }

  @Test
  void aChangeSaysWhatIsThereAndWhatIsWanted() {
    assertThat(
            diff(
                SERVICE,
                "{desiredCount: 3, tags: [{key: 'team', value: 'web'}]}",
                "{desiredCount: 2, tags: []}",
                List.of(),
                List.of()))
        .containsExactly(change("desiredCount", "2", "3"), change("tags[team]", "", "'web'"));
  }

  @Test
  void anObjectThatIsNotThereIsOneChange() {
    assertThat(
            diff(
                SERVICE,
                "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1']}}}",
                "{}",
                List.of(),
                List.of()))
        .containsExactly(
            change("networkConfiguration", "", "{awsvpcConfiguration: {subnets: ['subnet-1']}}"));
  }

  @Test
  void whatNeitherSpecNorOperatorEverSetIsNotOurs() {
    assertThat(
            diff(
                SERVICE,
                "{serviceName: 'web'}",
                """
                {serviceName: 'web', desiredCount: 5, enableExecuteCommand: true, platformVersion: '1.4.0',
                 tags: [{key: 'cost', value: '1'}], loadBalancers: [{targetGroupArn: 'arn:a'}],
                 deploymentConfiguration: {maximumPercent: 150, alarms: {alarmNames: ['a'], enable: true}}}""",
                List.of("serviceName"),
                List.of()))
        .isEmpty();
  }

  @Nested
  class Resetting {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "enableExecuteCommand                | {enableExecuteCommand: true}",
          "enableECSManagedTags                | {enableECSManagedTags: true}",
          "healthCheckGracePeriodSeconds       | {healthCheckGracePeriodSeconds: 60}",
          "platformVersion                     | {platformVersion: '1.3.0'}",
          "propagateTags                       | {propagateTags: 'SERVICE'}",
          "loadBalancers                       | {loadBalancers: [{targetGroupArn: 'arn:a'}]}",
          "serviceRegistries                   | {serviceRegistries: [{registryArn: 'arn:a'}]}",
          "placementStrategy                   | {placementStrategy: [{type: 'random'}]}",
          "placementConstraints                | {placementConstraints: [{type: 'distinctInstance'}]}",
          "vpcLatticeConfigurations            | {vpcLatticeConfigurations: [{portName: 'a'}]}",
          "deploymentController.type           | {deploymentController: {type: 'EXTERNAL'}}",
          "deploymentConfiguration.strategy    | {deploymentConfiguration: {strategy: 'BLUE_GREEN'}}",
          "deploymentConfiguration.bakeTimeInMinutes | {deploymentConfiguration: {bakeTimeInMinutes: 5}}",
          "deploymentConfiguration.maximumPercent | {deploymentConfiguration: {maximumPercent: 150}}",
          "deploymentConfiguration.minimumHealthyPercent | {deploymentConfiguration: {minimumHealthyPercent: 50}}",
          "deploymentConfiguration.lifecycleHooks | {deploymentConfiguration: {lifecycleHooks: [{hookTargetArn: 'arn:a'}]}}",
          "networkConfiguration.awsvpcConfiguration.assignPublicIp | {networkConfiguration: {awsvpcConfiguration: {assignPublicIp: 'ENABLED'}}}",
          "tags[team]                          | {tags: [{key: 'team', value: ''}]}",
        })
    void aFieldTakenOutOfTheSpecIsReset(String path, String observed) {
      String stillThere =
          path.startsWith("networkConfiguration")
              ? "{networkConfiguration: {awsvpcConfiguration: {}}}"
              : "{}";
      assertThat(diff(SERVICE, stillThere, observed, List.of(path), List.of()))
          .extracting(FieldChange::path, change -> change.to().isMissingNode())
          .containsExactly(tuple(path, true));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "enableExecuteCommand                | {enableExecuteCommand: false}",
          "healthCheckGracePeriodSeconds       | {healthCheckGracePeriodSeconds: 0}",
          "platformVersion                     | {platformVersion: 'LATEST'}",
          "propagateTags                       | {propagateTags: 'NONE'}",
          "loadBalancers                       | {loadBalancers: []}",
          "tags[team]                          | {tags: []}",
          "deploymentConfiguration.maximumPercent | {deploymentConfiguration: {maximumPercent: 200}}",
          "deploymentConfiguration.maximumPercent | {schedulingStrategy: 'DAEMON', deploymentConfiguration: {maximumPercent: 100}}",
          "deploymentConfiguration.minimumHealthyPercent | {schedulingStrategy: 'DAEMON', deploymentConfiguration: {minimumHealthyPercent: 0}}",
          "deploymentConfiguration.deploymentCircuitBreaker.enable | {deploymentConfiguration: {deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true}}}",
          "deploymentConfiguration.alarms.enable | {deploymentConfiguration: {alarms: {alarmNames: [], enable: false, rollback: false}}}",
          "serviceConnectConfiguration.enabled | {serviceConnectConfiguration: {enabled: false}}",
          "networkConfiguration.awsvpcConfiguration.assignPublicIp | {networkConfiguration: {awsvpcConfiguration: {assignPublicIp: 'DISABLED'}}}",
        })
    void aFieldAtItsResetValueIsLeftAlone(String path, String observed) {
      assertThat(diff(SERVICE, "{}", observed, List.of(path), List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "desiredCount                | {desiredCount: 3}",
          "taskDefinition              | {taskDefinition: 'web:1'}",
          "role                        | {role: 'a'}",
          "launchType                  | {launchType: 'FARGATE'}",
          "capacityProviderStrategy    | {capacityProviderStrategy: [{capacityProvider: 'FARGATE'}]}",
          "availabilityZoneRebalancing | {availabilityZoneRebalancing: 'DISABLED'}",
          "networkConfiguration.awsvpcConfiguration.subnets | {networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1']}}}",
          "deploymentConfiguration.linearConfiguration.stepPercent | {deploymentConfiguration: {linearConfiguration: {stepPercent: 20}}}",
        })
    void aFieldThatEcsCannotResetIsReleased(String path, String observed) {
      assertThat(diff(SERVICE, "{}", observed, List.of(path), List.of())).isEmpty();
    }

    @Test
    void aClusterSettingIsReleasedAndItsNamespaceReset() {
      assertThat(
              diff(
                  CLUSTER,
                  "{}",
                  "{settings: [{name: 'containerInsights', value: 'enabled'}], serviceConnectDefaults: {namespace: 'n'}}",
                  List.of("settings[containerInsights]", "serviceConnectDefaults.namespace"),
                  List.of()))
          .containsExactly(change("serviceConnectDefaults.namespace", "'n'", ""));
    }

    @Test
    void aBlockIsResetAsOne() {
      String observed =
          """
          {serviceConnectConfiguration: {enabled: true, namespace: 'n', services: [{portName: 'a'}]},
           deploymentConfiguration: {maximumPercent: 150, deploymentCircuitBreaker: {enable: true, rollback: true}},
           volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 5}}]}""";
      assertThat(
              diff(
                  SERVICE,
                  "{deploymentConfiguration: {maximumPercent: 150}}",
                  observed,
                  AppliedPaths.of(SERVICE, Json.object(observed)),
                  List.of()))
          .extracting(FieldChange::path)
          .containsExactlyInAnyOrder(
              "serviceConnectConfiguration",
              "deploymentConfiguration.deploymentCircuitBreaker",
              "volumeConfigurations[data]");
    }

    @Test
    void aDaemonGoesBackToItsOwnPercentages() {
      assertThat(
              diff(
                  SERVICE,
                  "{}",
                  "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {minimumHealthyPercent: 50}}",
                  List.of("deploymentConfiguration.minimumHealthyPercent"),
                  List.of()))
          .containsExactly(change("deploymentConfiguration.minimumHealthyPercent", "50", ""));
    }
  }

  @Nested
  class OwnedByOthers {

    @Test
    void anIgnoredFieldNeverDiffersAndIsNeverReset() {
      List<String> ignored = List.of("desiredCount", "tags[cost]", "deploymentConfiguration");
      assertThat(
              diff(
                  SERVICE,
                  "{desiredCount: 3, deploymentConfiguration: {maximumPercent: 150}, tags: [{key: 'team', value: 'a'}]}",
                  "{desiredCount: 9, deploymentConfiguration: {maximumPercent: 200}, tags: [{key: 'cost', value: '1'}]}",
                  List.of("tags[cost]", "deploymentConfiguration.strategy"),
                  ignored))
          .containsExactly(change("tags[team]", "", "'a'"));
    }

    @Test
    void aPathThatCannotBeReadIsRefusedByName() {
      assertThatThrownBy(() -> diff(SERVICE, "{}", "{}", List.of(), List.of("tags[team")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'tags[team' is not a field path");
    }

    @Test
    void theCountOfADaemonBelongsToEcs() {
      assertThat(
              diff(
                  SERVICE,
                  "{schedulingStrategy: 'DAEMON', desiredCount: 1}",
                  "{schedulingStrategy: 'DAEMON', desiredCount: 4}",
                  List.of(),
                  List.of()))
          .isEmpty();
    }

    @Test
    void whatCodeDeployDeploysIsNotComparedTheRestIs() {
      assertThat(
              diff(
                  SERVICE,
                  """
                  {deploymentController: {type: 'CODE_DEPLOY'}, taskDefinition: 'web:2', platformVersion: '1.3.0',
                   loadBalancers: [{targetGroupArn: 'arn:a'}], networkConfiguration: {awsvpcConfiguration: {subnets: ['a']}},
                   healthCheckGracePeriodSeconds: 30, desiredCount: 2}""",
                  """
                  {deploymentController: {type: 'CODE_DEPLOY'}, taskDefinition: 'web:1', platformVersion: '1.4.0',
                   loadBalancers: [{targetGroupArn: 'arn:b'}], healthCheckGracePeriodSeconds: 0, desiredCount: 1}""",
                  List.of("serviceRegistries"),
                  List.of()))
          .extracting(FieldChange::path)
          .containsExactly("healthCheckGracePeriodSeconds", "desiredCount");
    }

    @Test
    void onTheMoveFromCodeDeployToEcsEverythingIsCompared() {
      assertThat(
              diff(
                  SERVICE,
                  "{deploymentController: {type: 'ECS'}, taskDefinition: 'web:2'}",
                  "{deploymentController: {type: 'CODE_DEPLOY'}, taskDefinition: 'web:1'}",
                  List.of(),
                  List.of()))
          .extracting(FieldChange::path)
          .containsExactly("deploymentController.type", "taskDefinition");
    }

    @Test
    void anImageSetByAPipelineIsKept() {
      String desired =
          "{containerDefinitions: [{name: 'web', image: 'web:1'}, {name: 'log', image: 'log:1'}]}";
      String observed =
          "{containerDefinitions: [{name: 'log', image: 'log:0'}, {name: 'web', image: 'web:9'}]}";
      List<String> ignored = List.of("containerDefinitions[web].image");

      assertThat(differ.diffBody(Json.object(desired), Json.object(observed), ignored))
          .containsExactly(change("containerDefinitions[log].image", "'log:0'", "'log:1'"));
      assertThat(
              differ.yielding(
                  TASK_DEFINITION, Json.object(desired), Json.object(observed), ignored))
          .isEqualTo(
              Json.object(
                  "{containerDefinitions: [{name: 'web', image: 'web:9'}, {name: 'log', image: 'log:1'}]}"));
    }

    @Test
    void whatIsNotThereYetIsTakenFromTheSpec() {
      String desired = "{containerDefinitions: [{name: 'web', image: 'web:1'}]}";
      assertThat(
              differ.yielding(
                  TASK_DEFINITION,
                  Json.object(desired),
                  Json.object("{containerDefinitions: [{name: 'log'}]}"),
                  List.of("containerDefinitions[web].image", "containerDefinitions[log].cpu")))
          .isEqualTo(Json.object(desired));
    }

    @Test
    void aContainerThatSomebodyElseInjectsIsKept() {
      String injected = "{containerDefinitions: [{name: 'web'}, {name: 'agent', image: 'a'}]}";
      List<String> ignored = List.of("containerDefinitions[agent]");

      assertThat(
              differ.diffBody(
                  Json.object("{containerDefinitions: [{name: 'web'}]}"),
                  Json.object(injected),
                  ignored))
          .isEmpty();
      assertThat(
              differ.yielding(
                  TASK_DEFINITION,
                  Json.object("{containerDefinitions: [{name: 'web'}]}"),
                  Json.object(injected),
                  ignored))
          .isEqualTo(Json.object(injected));
    }
  }

  @Nested
  class Body {

    @Test
    void whatTheSpecNoLongerHasDiffers() {
      assertThat(
              differ.diffBody(
                  Json.object("{family: 'web', containerDefinitions: [{name: 'web'}]}"),
                  Json.object(
                      "{family: 'web', networkMode: 'awsvpc', containerDefinitions: [{name: 'web', user: 'root'}]}"),
                  List.of()))
          .containsExactlyInAnyOrder(
              change("networkMode", "'awsvpc'", ""),
              change("containerDefinitions[web].user", "'root'", ""));
    }

    @Test
    void tagsAreNoPartOfIt() {
      assertThat(
              differ.diffBody(
                  Json.object("{tags: [{key: 'a', value: '1'}]}"),
                  Json.object("{tags: [{key: 'b', value: '2'}]}"),
                  List.of()))
          .isEmpty();
    }
  }
}
