package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.node;
import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which fields of a service differ, and how fields that left the spec are reset. */
class ServiceDiffTest {
  private final Differ differ = new Differ();

  private List<FieldChange> diff(
      String desired, String observed, List<String> applied, List<String> ignored) {
    return differ.diff(ServiceSchema.SCHEMA, tree(desired), tree(observed), applied, ignored);
  }

  private static FieldChange change(String path, String from, String to) {
    return new FieldChange(path, node(from), node(to));
  }

  @Test
  void aChangeHasTheObservedAndTheDesiredValue() {
    assertThat(
            diff(
                "{desiredCount: 3, tags: [{key: 'team', value: 'web'}]}",
                "{desiredCount: 2, tags: []}",
                List.of(),
                List.of()))
        .containsExactly(change("desiredCount", "2", "3"), change("tags[team]", "", "'web'"));
  }

  @Test
  void anObjectThatIsNotObservedIsOneChange() {
    assertThat(
            diff(
                "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1']}}}",
                "{}",
                List.of(),
                List.of()))
        .containsExactly(
            change("networkConfiguration", "", "{awsvpcConfiguration: {subnets: ['subnet-1']}}"));
  }

  @Test
  void fieldsThatNeitherSpecNorOperatorEverSetDoNotDiffer() {
    assertThat(
            diff(
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
      assertThat(diff(stillThere, observed, List.of(path), List.of()))
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
      assertThat(diff("{}", observed, List.of(path), List.of())).isEmpty();
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
      assertThat(diff("{}", observed, List.of(path), List.of())).isEmpty();
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
                  "{deploymentConfiguration: {maximumPercent: 150}}",
                  observed,
                  AppliedPaths.of(ServiceSchema.SCHEMA, tree(observed)),
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
                  "{}",
                  "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {minimumHealthyPercent: 50}}",
                  List.of("deploymentConfiguration.minimumHealthyPercent"),
                  List.of()))
          .containsExactly(change("deploymentConfiguration.minimumHealthyPercent", "50", ""));
    }
  }

  @Nested
  class ManagedByOthers {

    @Test
    void anIgnoredFieldNeverDiffersAndIsNeverReset() {
      List<String> ignored = List.of("desiredCount", "tags[cost]", "deploymentConfiguration");
      assertThat(
              diff(
                  "{desiredCount: 3, deploymentConfiguration: {maximumPercent: 150}, tags: [{key: 'team', value: 'a'}]}",
                  "{desiredCount: 9, deploymentConfiguration: {maximumPercent: 200}, tags: [{key: 'cost', value: '1'}]}",
                  List.of("tags[cost]", "deploymentConfiguration.strategy"),
                  ignored))
          .containsExactly(change("tags[team]", "", "'a'"));
    }

    @Test
    void aPathThatCannotBeParsedIsRefusedByName() {
      assertThatThrownBy(() -> diff("{}", "{}", List.of(), List.of("tags[team")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'tags[team' is not a field path");
    }

    @Test
    void theCountOfADaemonBelongsToEcs() {
      assertThat(
              diff(
                  "{schedulingStrategy: 'DAEMON', desiredCount: 1}",
                  "{schedulingStrategy: 'DAEMON', desiredCount: 4}",
                  List.of(),
                  List.of()))
          .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        value = {
          "availabilityZoneRebalancing | 'ENABLED'",
          "capacityProviderStrategy    | [{capacityProvider: 'FARGATE'}]",
          "launchType                  | 'EC2'",
          "loadBalancers               | [{targetGroupArn: 'arn:a', containerPort: 81}]",
          "networkConfiguration        | {awsvpcConfiguration: {subnets: ['b']}}",
          "platformVersion             | '1.3.0'",
          "serviceConnectConfiguration | {enabled: true}",
          "serviceRegistries           | [{registryArn: 'arn:a'}]",
          "taskDefinition              | 'web:2'",
          "volumeConfigurations        | [{name: 'data'}]",
          "vpcLatticeConfigurations    | [{portName: 'web'}]",
        })
    void whatOnlyCodeDeployChangesIsFoundByEitherSide(String member, String value) {
      String codeDeploy = "deploymentController: {type: 'CODE_DEPLOY'}";
      for (String desired : List.of(codeDeploy + ", ", "")) {
        ObjectNode wanted = tree("{%s%s: %s}".formatted(desired, member, value));
        ObjectNode found = tree("{" + codeDeploy + ", launchType: 'FARGATE'}");
        List<FieldChange> changes =
            differ.diff(ServiceSchema.SCHEMA, wanted, found, List.of(), List.of());

        assertThat(
                new ServiceUpdate()
                    .byCodeDeploy(
                        new Comparison(ServiceSchema.SCHEMA, wanted, found, changes, List.of())))
            .singleElement()
            .asString()
            .startsWith(member);
      }
    }

    @Test
    void whatUpdateServiceTakesOfAServiceOfCodeDeployIsNotLeftToIt() {
      ObjectNode wanted =
          tree(
              "{deploymentController: {type: 'CODE_DEPLOY'}, desiredCount: 2, healthCheckGracePeriodSeconds: 30}");
      ObjectNode found = tree("{deploymentController: {type: 'CODE_DEPLOY'}, desiredCount: 1}");
      List<FieldChange> changes =
          differ.diff(ServiceSchema.SCHEMA, wanted, found, List.of(), List.of());

      assertThat(changes).hasSize(2);
      assertThat(
              new ServiceUpdate()
                  .byCodeDeploy(
                      new Comparison(ServiceSchema.SCHEMA, wanted, found, changes, List.of())))
          .isEmpty();
    }

    @Test
    void onTheMoveFromCodeDeployToEcsEverythingIsCompared() {
      assertThat(
              diff(
                  "{deploymentController: {type: 'ECS'}, taskDefinition: 'web:2'}",
                  "{deploymentController: {type: 'CODE_DEPLOY'}, taskDefinition: 'web:1'}",
                  List.of(),
                  List.of()))
          .extracting(FieldChange::path)
          .containsExactly("deploymentController.type", "taskDefinition");
    }
  }
}
