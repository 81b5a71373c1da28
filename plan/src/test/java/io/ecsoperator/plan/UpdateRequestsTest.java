package io.ecsoperator.plan;

import static io.ecsoperator.plan.Shape.CLUSTER;
import static io.ecsoperator.plan.Shape.SERVICE;
import static io.ecsoperator.plan.Shape.TASK_DEFINITION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class UpdateRequestsTest {
  private final Differ differ = new Differ();
  private final UpdateRequests requests = new UpdateRequests();

  /** Before: what the operator applied and ECS shows, with what ECS adds to it. */
  private record Edit(
      String name, String before, String ecsAdds, String after, String updateService) {

    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Edit> EDITS =
      List.of(
          new Edit(
              "a new revision: only taskDefinition",
              "{taskDefinition: 'web:1', desiredCount: 2, networkConfiguration: {awsvpcConfiguration: {subnets: ['a']}}}",
              "{platformVersion: 'LATEST'}",
              "{taskDefinition: 'web:2', desiredCount: 2, networkConfiguration: {awsvpcConfiguration: {subnets: ['a']}}}",
              "{taskDefinition: 'web:2'}"),
          new Edit("nothing: nothing", "{desiredCount: 2}", "{}", "{desiredCount: 2}", "{}"),
          new Edit("tags: nothing", "{}", "{}", "{tags: [{key: 'a', value: '1'}]}", "{}"),
          new Edit(
              "what cannot be updated: nothing",
              "{serviceName: 'a', role: 'a', schedulingStrategy: 'REPLICA', launchType: 'EC2'}",
              "{}",
              "{serviceName: 'b', role: 'b', schedulingStrategy: 'DAEMON', launchType: 'FARGATE'}",
              "{}"),
          new Edit(
              "a block keeps what is not ours in it",
              "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a']}}}",
              "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a'], securityGroups: ['sg'], assignPublicIp: 'ENABLED'}}}",
              "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a', 'b']}}}",
              "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a', 'b'], securityGroups: ['sg'], assignPublicIp: 'ENABLED'}}}"),
          new Edit(
              "a field of a block is left out of it",
              "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a'], assignPublicIp: 'ENABLED'}}}",
              "{}",
              "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a']}}}",
              "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a']}}}"),
          new Edit(
              "deploymentConfiguration: only the changed member",
              "{deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100}}",
              "{deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100, strategy: 'ROLLING', deploymentCircuitBreaker: {enable: true, rollback: true}}}",
              "{deploymentConfiguration: {maximumPercent: 150, minimumHealthyPercent: 100}}",
              "{deploymentConfiguration: {maximumPercent: 150}}"),
          new Edit(
              "the breaker is sent whole",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: false}}}",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: false, rollback: true, resetOnHealthyTask: true}}}",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true}}}",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, rollback: true, resetOnHealthyTask: true}}}"),
          new Edit(
              "the breaker is switched off",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, rollback: true}}}",
              "{}",
              "{}",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: false, rollback: false}}}"),
          new Edit(
              "the breaker's optional members stick: they are sent",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, resetOnHealthyTask: false, thresholdConfiguration: {type: 'COUNT', value: 9}}}}",
              "{}",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true}}}",
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, resetOnHealthyTask: true, thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}}}}"),
          new Edit(
              "alarms are sent whole",
              "{deploymentConfiguration: {alarms: {alarmNames: ['a'], enable: true, rollback: true}}}",
              "{}",
              "{deploymentConfiguration: {alarms: {alarmNames: ['a', 'b'], enable: true, rollback: true}}}",
              "{deploymentConfiguration: {alarms: {alarmNames: ['a', 'b'], enable: true, rollback: true}}}"),
          new Edit(
              "alarms are switched off",
              "{deploymentConfiguration: {alarms: {alarmNames: ['a'], enable: true}}}",
              "{}",
              "{}",
              "{deploymentConfiguration: {alarms: {alarmNames: [], enable: false, rollback: false}}}"),
          new Edit(
              "hooks are sent whole",
              "{deploymentConfiguration: {lifecycleHooks: [{hookTargetArn: 'a'}]}}",
              "{}",
              "{deploymentConfiguration: {lifecycleHooks: [{hookTargetArn: 'a'}, {hookTargetArn: 'b'}]}}",
              "{deploymentConfiguration: {lifecycleHooks: [{hookTargetArn: 'a'}, {hookTargetArn: 'b'}]}}"),
          new Edit(
              "resets are values of their own",
              """
              {platformVersion: '1.3.0', healthCheckGracePeriodSeconds: 9, propagateTags: 'SERVICE', enableExecuteCommand: true,
               loadBalancers: [{targetGroupArn: 'a'}], volumeConfigurations: [{name: 'd', managedEBSVolume: {sizeInGiB: 1}}],
               vpcLatticeConfigurations: [{portName: 'a'}], deploymentConfiguration: {maximumPercent: 150, lifecycleHooks: [{hookTargetArn: 'a'}]}}""",
              "{}",
              "{}",
              """
              {platformVersion: 'LATEST', healthCheckGracePeriodSeconds: 0, propagateTags: 'NONE', enableExecuteCommand: false,
               loadBalancers: [], volumeConfigurations: [], vpcLatticeConfigurations: [],
               deploymentConfiguration: {maximumPercent: 200, lifecycleHooks: []}}"""),
          new Edit(
              "a daemon goes back to its own percentages",
              "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {minimumHealthyPercent: 50}}",
              "{}",
              "{schedulingStrategy: 'DAEMON'}",
              "{deploymentConfiguration: {minimumHealthyPercent: 0}}"),
          new Edit(
              "Service Connect is sent whole, with what ECS has filled in",
              "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'a'}]}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'n', services: [{portName: 'a', discoveryName: 'a'}]}}",
              "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'a'}], logConfiguration: {logDriver: 'awslogs', options: {'awslogs-group': 'g'}}}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'n', services: [{portName: 'a', discoveryName: 'a'}], logConfiguration: {logDriver: 'awslogs', options: {'awslogs-group': 'g'}}}}"),
          new Edit(
              "Service Connect is switched off by its removal",
              "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'a'}]}}",
              "{}",
              "{}",
              "{serviceConnectConfiguration: {enabled: false}}"),
          new Edit(
              "Service Connect is switched off by its switch",
              "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'a'}]}}",
              "{}",
              "{serviceConnectConfiguration: {enabled: false}}",
              "{serviceConnectConfiguration: {enabled: false}}"),
          new Edit(
              "another strategy takes a forced deployment",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1}]}",
              "{}",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 1}]}",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 1}], forceNewDeployment: true}"),
          new Edit(
              "from a launch type to a strategy",
              "{launchType: 'FARGATE'}",
              "{}",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 1}]}",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 1}], forceNewDeployment: true}"),
          new Edit(
              "from a strategy to a launch type",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 1}]}",
              "{}",
              "{launchType: 'FARGATE'}",
              "{capacityProviderStrategy: [], forceNewDeployment: true}"),
          new Edit(
              "a member that this operator does not know is sent like any other",
              "{newFeature: {mode: 'a'}}",
              "{newFeature: {mode: 'a', level: 2}}",
              "{newFeature: {mode: 'b'}}",
              "{newFeature: {mode: 'b', level: 2}}"));

  @ParameterizedTest
  @FieldSource("EDITS")
  void anUpdateOfAServiceCarriesExactlyWhatHasChanged(Edit edit) {
    ObjectNode before = Json.object(edit.before());
    ObjectNode observed = before.deepCopy();
    observed.setAll(Json.object(edit.ecsAdds()));
    List<FieldChange> changes =
        differ.diff(
            SERVICE,
            Json.object(edit.after()),
            observed,
            AppliedPaths.of(SERVICE, before),
            List.of());

    assertThat(requests.service(observed, changes)).isEqualTo(Json.object(edit.updateService()));
  }

  @Test
  void anIgnoredFieldIsSentAsItIsThere() {
    ObjectNode observed =
        Json.object(
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a'], securityGroups: ['theirs']}}}");
    ObjectNode desired =
        Json.object(
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['b'], securityGroups: ['ours']}}}");
    List<FieldChange> changes =
        differ.diff(
            SERVICE,
            desired,
            observed,
            List.of(),
            List.of("networkConfiguration.awsvpcConfiguration.securityGroups"));

    assertThat(requests.service(observed, changes))
        .isEqualTo(
            Json.object(
                "{networkConfiguration: {awsvpcConfiguration: {subnets: ['b'], securityGroups: ['theirs']}}}"));
  }

  @Test
  void makingARequestLeavesTheObservedTreeAlone() {
    ObjectNode observed = Json.object("{loadBalancers: [{targetGroupArn: 'a'}]}");
    requests.service(
        observed,
        List.of(new FieldChange("loadBalancers", observed.get("loadBalancers"), Values.MISSING)));
    assertThat(observed).isEqualTo(Json.object("{loadBalancers: [{targetGroupArn: 'a'}]}"));
  }

  @Test
  void aClusterUpdateCarriesOnlyChangedSettingsAndWholeBlocks() {
    ObjectNode observed =
        Json.object(
            """
            {clusterName: 'prod', capacityProviders: ['FARGATE'],
             settings: [{name: 'containerInsights', value: 'disabled'}, {name: 'other', value: '1'}],
             configuration: {executeCommandConfiguration: {logging: 'OVERRIDE', logConfiguration: {s3BucketName: 'b'}},
              managedStorageConfiguration: {kmsKeyId: 'k'}},
             serviceConnectDefaults: {namespace: 'n'}}""");
    ObjectNode desired =
        Json.object(
            "{settings: [{name: 'containerInsights', value: 'enhanced'}, {name: 'other', value: '1'}], configuration: {managedStorageConfiguration: {kmsKeyId: 'k2'}}, capacityProviders: ['FARGATE_SPOT']}");
    List<FieldChange> changes =
        differ.diff(CLUSTER, desired, observed, AppliedPaths.of(CLUSTER, observed), List.of());

    assertThat(requests.cluster(observed, changes))
        .isEqualTo(
            Json.object(
                """
                {settings: [{name: 'containerInsights', value: 'enhanced'}],
                 configuration: {executeCommandConfiguration: {logging: 'DEFAULT', logConfiguration: {}},
                  managedStorageConfiguration: {kmsKeyId: 'k2'}},
                 serviceConnectDefaults: {namespace: ''}}"""));
  }

  @Test
  void capacityProvidersAlwaysComeWithTheDefaultStrategy() {
    ObjectNode observed =
        Json.object(
            "{capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1}]}");
    List<FieldChange> changes =
        differ.diff(
            CLUSTER,
            Json.object("{capacityProviders: ['FARGATE', 'FARGATE_SPOT']}"),
            observed,
            List.of(),
            List.of());

    assertThat(requests.capacityProviders(observed, changes))
        .contains(
            Json.object(
                "{capacityProviders: ['FARGATE', 'FARGATE_SPOT'], defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1}]}"));
    assertThat(requests.cluster(observed, changes)).isEmpty();
  }

  @Test
  void capacityProvidersTakenOutOfTheSpecAreTakenOutOfTheCluster() {
    ObjectNode observed = Json.object("{capacityProviders: ['FARGATE']}");
    List<FieldChange> changes =
        differ.diff(CLUSTER, Json.object("{}"), observed, List.of("capacityProviders"), List.of());

    assertThat(requests.capacityProviders(observed, changes))
        .contains(Json.object("{capacityProviders: [], defaultCapacityProviderStrategy: []}"));
  }

  @Test
  void withoutAChangeOfCapacityProvidersThereIsNoCall() {
    ObjectNode observed = Json.object("{capacityProviders: ['FARGATE']}");
    List<FieldChange> changes =
        differ.diff(
            CLUSTER,
            Json.object("{settings: [{name: 'containerInsights', value: 'enabled'}]}"),
            observed,
            List.of(),
            List.of());

    assertThat(requests.capacityProviders(observed, changes)).isEqualTo(Optional.empty());
  }

  @Test
  void tagsArePutAndRemoved() {
    List<FieldChange> changes =
        differ.diff(
            SERVICE,
            Json.object(
                "{desiredCount: 1, tags: [{key: 'team', value: 'web'}, {key: 'a]b', value: ''}]}"),
            Json.object("{tags: [{key: 'team', value: 'db'}, {key: 'old.key', value: '1'}]}"),
            List.of("tags[old.key]", "tags[team]"),
            List.of());

    UpdateRequests.Tags tags = requests.tags(changes);
    assertThat(tags.toPut())
        .isEqualTo(Json.json("[{key: 'team', value: 'web'}, {key: 'a]b', value: ''}]"));
    assertThat(tags.keysToRemove()).containsExactly("old.key");
    assertThat(tags.isEmpty()).isFalse();
    assertThat(requests.tags(List.of()).isEmpty()).isTrue();
  }

  @Test
  void whatEcsCannotUpdateAsksForAReplacement() {
    List<FieldChange> changes =
        differ.diff(
            SERVICE,
            Json.object(
                "{serviceName: 'b', cluster: 'b', role: 'b', schedulingStrategy: 'DAEMON', launchType: 'FARGATE', propagateTags: 'SERVICE'}"),
            Json.object("{serviceName: 'a', cluster: 'a', role: 'a', launchType: 'EC2'}"),
            List.of(),
            List.of());

    assertThat(requests.replacements(SERVICE, changes))
        .extracting(FieldChange::path)
        .containsExactlyInAnyOrder(
            "serviceName", "cluster", "role", "schedulingStrategy", "launchType");
  }

  @Test
  void aMoveFromCapacityProvidersToALaunchTypeIsNoReplacement() {
    List<FieldChange> changes =
        differ.diff(
            SERVICE,
            Json.object("{launchType: 'FARGATE'}"),
            Json.object("{capacityProviderStrategy: [{capacityProvider: 'FARGATE'}]}"),
            List.of(),
            List.of());

    assertThat(changes).hasSize(1);
    assertThat(requests.replacements(SERVICE, changes)).isEmpty();
  }

  @Test
  void namesOfClustersAndFamiliesAskForAReplacement() {
    FieldChange name = new FieldChange("clusterName", Json.json("'a'"), Json.json("'b'"));
    FieldChange family = new FieldChange("family", Json.json("'a'"), Json.json("'b'"));

    assertThat(requests.replacements(CLUSTER, List.of(name))).containsExactly(name);
    assertThat(requests.replacements(TASK_DEFINITION, List.of(family))).containsExactly(family);
  }
}
