package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.service.ServiceSchema.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.UpdateRequests;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ServiceUpdateTest {
  private final Differ differ = new Differ();
  private final UpdateRequests requests = new UpdateRequests();
  private final ServiceUpdate update = new ServiceUpdate();

  /**
   * @param before what the operator applied and ECS shows
   * @param ecsAdds what ECS shows besides; null for what it does not show
   */
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
              "replace-only members: nothing",
              "{serviceName: 'a', role: 'a', schedulingStrategy: 'REPLICA', launchType: 'EC2'}",
              "{}",
              "{serviceName: 'b', role: 'b', schedulingStrategy: 'DAEMON', launchType: 'FARGATE'}",
              "{}"),
          new Edit(
              "a block keeps the fields that others manage",
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
              "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true, thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}}}}"),
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
              "Service Connect is sent whole, without the names that ECS made up",
              "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'a'}]}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'n', services: [{portName: 'a', discoveryName: 'a'}]}}",
              "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'a'}], logConfiguration: {logDriver: 'awslogs', options: {'awslogs-group': 'g'}}}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'n', services: [{portName: 'a'}], logConfiguration: {logDriver: 'awslogs', options: {'awslogs-group': 'g'}}}}"),
          new Edit(
              "a namespace that the spec did not have before is sent by its name",
              "{serviceConnectConfiguration: {enabled: true}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'arn:aws:servicediscovery:x:1:namespace/ns-1'}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'beta'}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'beta'}}"),
          new Edit(
              "from Fargate's capacity providers to EC2: no platform version, which ECS would refuse",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE'}], platformVersion: '1.3.0'}",
              "{}",
              "{launchType: 'EC2'}",
              "{capacityProviderStrategy: [], forceNewDeployment: true}"),
          new Edit(
              "from Fargate to other capacity providers: no platform version",
              "{launchType: 'FARGATE', platformVersion: '1.3.0'}",
              "{}",
              "{capacityProviderStrategy: [{capacityProvider: 'group'}]}",
              "{capacityProviderStrategy: [{capacityProvider: 'group'}], forceNewDeployment: true}"),
          new Edit(
              "from capacity providers to Fargate: the platform version is reset",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT'}], platformVersion: '1.3.0'}",
              "{}",
              "{launchType: 'FARGATE'}",
              "{capacityProviderStrategy: [], platformVersion: 'LATEST', forceNewDeployment: true}"),
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
              "a strategy that is taken out: back to the launch type",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 1}]}",
              "{}",
              "{}",
              "{capacityProviderStrategy: [], forceNewDeployment: true}"),
          new Edit(
              "an empty strategy in place of one: back to the launch type",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 1}]}",
              "{}",
              "{capacityProviderStrategy: []}",
              "{capacityProviderStrategy: [], forceNewDeployment: true}"),
          new Edit(
              "an empty strategy of the creation: the cluster's default stays",
              "{capacityProviderStrategy: []}",
              "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1}]}",
              "{capacityProviderStrategy: []}",
              "{}"),
          new Edit(
              "monitoring, which ECS never shows, as it was applied",
              "{monitoring: {metricConfigurations: [{metricNames: ['CPUUtilization'], resolutionSeconds: 60}]}}",
              "{monitoring: null}",
              "{monitoring: {metricConfigurations: [{metricNames: ['CPUUtilization'], resolutionSeconds: 60}]}}",
              "{}"),
          new Edit(
              "another resolution of a metric",
              "{monitoring: {metricConfigurations: [{metricNames: ['CPUUtilization'], resolutionSeconds: 60}]}}",
              "{monitoring: null}",
              "{monitoring: {metricConfigurations: [{metricNames: ['CPUUtilization'], resolutionSeconds: 20}]}}",
              "{monitoring: {metricConfigurations: [{metricNames: ['CPUUtilization'], resolutionSeconds: 20}]}}"),
          new Edit(
              "no metrics any more",
              "{monitoring: {metricConfigurations: [{metricNames: ['CPUUtilization'], resolutionSeconds: 60}]}}",
              "{monitoring: null}",
              "{}",
              "{monitoring: {metricConfigurations: []}}"),
          new Edit(
              "another namespace by name, where ECS shows the ARN",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'alpha', services: [{portName: 'web', clientAliases: [{port: 80}]}]}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'arn:aws:servicediscovery:x:1:namespace/ns-a', services: [{portName: 'web', discoveryName: 'web', clientAliases: [{port: 80, dnsName: 'web.alpha'}]}]}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'beta', services: [{portName: 'web', clientAliases: [{port: 80}]}]}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'beta', services: [{portName: 'web', clientAliases: [{port: 80}]}]}}"),
          new Edit(
              "the same namespace by name, where ECS shows the ARN",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'alpha'}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'arn:aws:servicediscovery:x:1:namespace/ns-a'}}",
              "{serviceConnectConfiguration: {enabled: true, namespace: 'alpha'}}",
              "{}"),
          new Edit(
              "a log that is taken out leaves nothing of it",
              "{serviceConnectConfiguration: {enabled: true, logConfiguration: {logDriver: 'awslogs', options: {'awslogs-group': 'g'}}, accessLogConfiguration: {format: 'JSON'}}}",
              "{}",
              "{serviceConnectConfiguration: {enabled: true}}",
              "{serviceConnectConfiguration: {enabled: true}}"),
          new Edit(
              "a volume whose block is taken out keeps its name alone",
              "{volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 5, roleArn: 'a'}}]}",
              "{}",
              "{volumeConfigurations: [{name: 'data'}]}",
              "{volumeConfigurations: [{name: 'data'}]}"),
          new Edit(
              "the newest platform version in place of a fixed one",
              "{platformVersion: '1.3.0'}",
              "{}",
              "{platformVersion: 'LATEST'}",
              "{platformVersion: 'LATEST'}"),
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
  void anUpdateOfAServiceCarriesExactlyTheChanges(Edit edit) {
    ObjectNode before = tree(edit.before());
    ObjectNode observed = before.deepCopy();
    observed.setAll(tree(edit.ecsAdds()));
    observed
        .propertyStream()
        .filter(member -> member.getValue().isNull())
        .map(Map.Entry::getKey)
        .toList()
        .forEach(observed::remove);
    List<FieldChange> changes =
        differ.diff(
            SCHEMA, tree(edit.after()), observed, AppliedPaths.of(SCHEMA, before), List.of());

    assertThat(update.members(comparison(tree(edit.after()), observed, changes)))
        .isEqualTo(tree(edit.updateService()));
  }

  @Test
  void anIgnoredFieldIsSentAsObserved() {
    ObjectNode observed =
        tree(
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['a'], securityGroups: ['theirs']}}}");
    ObjectNode desired =
        tree(
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['b'], securityGroups: ['ours']}}}");
    List<FieldChange> changes =
        differ.diff(
            SCHEMA,
            desired,
            observed,
            List.of(),
            List.of("networkConfiguration.awsvpcConfiguration.securityGroups"));

    assertThat(update.members(comparison(tree("{}"), observed, changes)))
        .isEqualTo(
            tree(
                "{networkConfiguration: {awsvpcConfiguration: {subnets: ['b'], securityGroups: ['theirs']}}}"));
  }

  @Test
  void makingARequestDoesNotModifyTheObservedTree() {
    ObjectNode observed = tree("{loadBalancers: [{targetGroupArn: 'a'}]}");
    update.members(
        comparison(
            tree("{}"),
            observed,
            List.of(
                new FieldChange(
                    "loadBalancers", observed.get("loadBalancers"), MissingNode.getInstance()))));
    assertThat(observed).isEqualTo(tree("{loadBalancers: [{targetGroupArn: 'a'}]}"));
  }

  @Test
  void fieldsThatEcsCannotUpdateNeedAReplacement() {
    List<FieldChange> changes =
        differ.diff(
            SCHEMA,
            tree(
                "{serviceName: 'b', cluster: 'b', role: 'b', schedulingStrategy: 'DAEMON', launchType: 'FARGATE', propagateTags: 'SERVICE'}"),
            tree("{serviceName: 'a', cluster: 'a', role: 'a', launchType: 'EC2'}"),
            List.of(),
            List.of());

    assertThat(requests.replacements(SCHEMA, changes))
        .extracting(FieldChange::path)
        .containsExactlyInAnyOrder(
            "serviceName", "cluster", "role", "schedulingStrategy", "launchType");
  }

  @Test
  void aMoveFromCapacityProvidersToALaunchTypeNeedsNoReplacement() {
    List<FieldChange> changes =
        differ.diff(
            SCHEMA,
            tree("{launchType: 'FARGATE'}"),
            tree("{capacityProviderStrategy: [{capacityProvider: 'FARGATE'}]}"),
            List.of(),
            List.of());

    assertThat(changes).hasSize(1);
    assertThat(requests.replacements(SCHEMA, changes)).isEmpty();
  }

  private static Comparison comparison(
      ObjectNode desired, ObjectNode observed, List<FieldChange> changes) {
    return new Comparison(SCHEMA, desired, observed, changes, List.of());
  }
}
