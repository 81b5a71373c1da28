package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.service.ServiceSchema.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.kinds.SdkModel;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceSchemaTest {
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();

  @Test
  void aServiceJustCreatedHasNoDrift() {
    ObjectNode desired =
        projection.desired(
            SCHEMA,
            tree(
                """
                {cluster: 'prod', serviceName: 'web', taskDefinition: 'web:3', desiredCount: 2, launchType: 'FARGATE',
                 networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-2', 'subnet-1']}},
                 serviceConnectConfiguration: {enabled: true, services: [{portName: 'http', clientAliases: [{port: 80}]}]},
                 monitoring: {metricConfigurations: [{metricNames: ['CpuUtilized'], resolutionSeconds: 20}]},
                 clientToken: '3f1c', tags: [{key: 'team', value: 'web'}]}"""));
    ObjectNode observed =
        projection.observed(
            SCHEMA,
            tree(
                """
                {serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/prod/web', serviceName: 'web',
                 clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/prod', loadBalancers: [], serviceRegistries: [],
                 status: 'ACTIVE', desiredCount: 2, runningCount: 2, pendingCount: 0, launchType: 'FARGATE',
                 platformVersion: 'LATEST', platformFamily: 'Linux',
                 taskDefinition: 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:3',
                 deploymentConfiguration: {deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true,
                   thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}},
                  maximumPercent: 200, minimumHealthyPercent: 100, strategy: 'ROLLING', bakeTimeInMinutes: 0},
                 deployments: [
                  {id: 'ecs-svc/2', status: 'ACTIVE', serviceConnectConfiguration: {enabled: false}},
                  {id: 'ecs-svc/1', status: 'PRIMARY', desiredCount: 2, rolloutState: 'COMPLETED', platformVersion: '1.4.0',
                   serviceConnectConfiguration: {enabled: true, namespace: 'prod', services: [
                    {portName: 'http', discoveryName: 'http', clientAliases: [{port: 80, dnsName: 'http.prod'}]}]}}],
                 roleArn: 'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
                 events: [{id: '1', message: '(service web) has reached a steady state.'}], createdAt: 1.789551556693E9,
                 placementConstraints: [], placementStrategy: [],
                 networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2'], securityGroups: [], assignPublicIp: 'DISABLED'}},
                 healthCheckGracePeriodSeconds: 0, schedulingStrategy: 'REPLICA', deploymentController: {type: 'ECS'},
                 createdBy: 'arn:aws:iam::123456789012:role/operator', enableECSManagedTags: false, propagateTags: 'NONE',
                 enableExecuteCommand: false, availabilityZoneRebalancing: 'ENABLED', currentServiceRevisions: [],
                 resourceManagementType: 'CUSTOMER',
                 tags: [{key: 'team', value: 'web'}, {key: 'aws:ecs:serviceName', value: 'web'}, {key: 'AmazonECSManaged', value: 'true'}]}"""));

    assertThat(differ.diff(SCHEMA, desired, observed, AppliedPaths.of(SCHEMA, desired), List.of()))
        .isEmpty();
  }

  @Test
  void anObservedServiceHasTheNamesOfTheCreateRequest() {
    assertThat(
            projection.observed(
                SCHEMA,
                tree(
                    """
                    {serviceArn: 'arn:s', serviceName: 'web', clusterArn: 'arn:c', roleArn: 'arn:r', status: 'ACTIVE', runningCount: 1,
                     deployments: [{status: 'PRIMARY', taskDefinition: 'web:1', volumeConfigurations: [{name: 'd'}], vpcLatticeConfigurations: []}]}""")))
        .isEqualTo(
            tree(
                "{serviceName: 'web', cluster: 'arn:c', role: 'arn:r', volumeConfigurations: [{name: 'd'}], vpcLatticeConfigurations: []}"));
  }

  @Test
  void fieldsGoByNameItemsOfKeyedListsByKeyOtherListsAsOne() {
    assertThat(
            AppliedPaths.of(
                SCHEMA,
                tree(
                    """
                    {serviceName: 'web', tags: [{key: 'team', value: 'a'}],
                     loadBalancers: [{containerName: 'web', containerPort: 80}], placementStrategy: [],
                     deploymentConfiguration: {maximumPercent: 150, alarms: {}},
                     volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 5}}],
                     serviceConnectConfiguration: {logConfiguration: {options: {'awslogs.group': 'g'}}}}""")))
        .containsExactly(
            "deploymentConfiguration.maximumPercent",
            "loadBalancers",
            "placementStrategy",
            "serviceConnectConfiguration.logConfiguration.options[awslogs.group]",
            "serviceName",
            "tags[team]",
            "volumeConfigurations[data].managedEBSVolume.sizeInGiB",
            "volumeConfigurations[data].name");
  }

  @Test
  void pathsThatAnUpdateResetAreForgottenEvenIfEcsFillsTheFieldInAgain() {
    ObjectNode observed =
        tree(
            "{serviceConnectConfiguration: {enabled: true, namespace: 'ours'}, volumeConfigurations: [{name: 'data', managedEBSVolume: {iops: 4000}}]}");
    ObjectNode desired = tree("{serviceConnectConfiguration: {enabled: true}}");
    Differ differ = new Differ();
    List<String> applied = AppliedPaths.of(SCHEMA, observed);

    List<FieldChange> changes = differ.diff(SCHEMA, desired, observed, applied, List.of());
    List<String> left = AppliedPaths.afterUpdate(applied, changes);

    assertThat(left).containsExactly("serviceConnectConfiguration.enabled");
    ObjectNode filledIn =
        tree("{serviceConnectConfiguration: {enabled: true, namespace: 'default'}}");
    assertThat(differ.diff(SCHEMA, desired, filledIn, applied, List.of())).hasSize(1);
    assertThat(differ.diff(SCHEMA, desired, filledIn, left, List.of())).isEmpty();
  }

  @Test
  void everyMemberOfCreateServiceIsUpdatableOrKnownNotToBe() {
    Set<String> notUpdatable = SdkModel.names(SdkModel.request("CreateService"));
    notUpdatable.removeAll(SdkModel.names(SdkModel.request("UpdateService")));

    assertThat(notUpdatable)
        .containsExactlyInAnyOrder(
            "clientToken", "launchType", "role", "schedulingStrategy", "serviceName", "tags");
  }
}
