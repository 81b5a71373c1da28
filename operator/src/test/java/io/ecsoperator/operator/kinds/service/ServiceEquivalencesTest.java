package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.kinds.EquivalencePair.differ;
import static io.ecsoperator.operator.kinds.EquivalencePair.same;

import io.ecsoperator.operator.kinds.EquivalencePair;
import io.ecsoperator.operator.kinds.EquivalencesTests;
import java.util.stream.Stream;

class ServiceEquivalencesTest extends EquivalencesTests {

  ServiceEquivalencesTest() {
    super(ServiceSchema.SCHEMA, servicePairs());
  }

  private static final String CLUSTER_ARN = "arn:aws:ecs:eu-central-1:123456789012:cluster/prod";
  private static final String WEB_7 = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7";
  private static final String BLUE =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/blue/6d0ecf831eec9f09";
  private static final String GREEN =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/green/73e2d6bc24d8a067";

  private static Stream<EquivalencePair> servicePairs() {
    return Stream.of(
        same(
            "tags are pairs",
            "{tags: [{key: 'a', value: '1'}, {key: 'b', value: '2'}]}",
            "{tags: [{key: 'b', value: '2'}, {key: 'c', value: '3'}, {key: 'a', value: '1'}]}"),
        differ(
            "a tag",
            "{tags: [{key: 'team', value: 'web'}]}",
            "{tags: [{key: 'team', value: 'db'}]}",
            "tags[team]"),
        same("cluster by name", "{cluster: 'prod'}", "{cluster: '%s'}".formatted(CLUSTER_ARN)),
        differ(
            "another cluster",
            "{cluster: 'test'}",
            "{cluster: '%s'}".formatted(CLUSTER_ARN),
            "cluster"),
        same(
            "role by name",
            "{role: 'ecsServiceRole'}",
            "{role: 'arn:aws:iam::123456789012:role/ecsServiceRole'}"),
        same(
            "role unset: ECS shows its service-linked role",
            "{}",
            "{role: 'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'}"),
        same(
            "family and revision",
            "{taskDefinition: 'web:7'}",
            "{taskDefinition: '%s'}".formatted(WEB_7)),
        differ(
            "another revision",
            "{taskDefinition: 'web:8'}",
            "{taskDefinition: '%s'}".formatted(WEB_7),
            "taskDefinition"),
        same(
            "a bare family is any revision",
            "{taskDefinition: 'web'}",
            "{taskDefinition: '%s'}".formatted(WEB_7)),
        same(
            "an ARN without revision is any revision",
            "{taskDefinition: '%s'}".formatted(WEB_7.replace(":7", "")),
            "{taskDefinition: '%s'}".formatted(WEB_7)),
        differ(
            "an ARN of another family without revision",
            "{taskDefinition: '%s'}".formatted(WEB_7.replace("web:7", "we")),
            "{taskDefinition: '%s'}".formatted(WEB_7),
            "taskDefinition"),
        differ(
            "another family",
            "{taskDefinition: 'we'}",
            "{taskDefinition: '%s'}".formatted(WEB_7),
            "taskDefinition"),
        differ(
            "another ARN",
            "{taskDefinition: '%s0'}".formatted(WEB_7),
            "{taskDefinition: '%s'}".formatted(WEB_7),
            "taskDefinition"),
        differ(
            "the newest platform version, where a fixed one was asked for",
            "{platformVersion: 'LATEST'}",
            "{platformVersion: '1.3.0'}",
            "platformVersion"),
        same("LATEST is the default", "{platformVersion: 'LATEST'}", "{}"),
        differ(
            "monitoring is never shown: it is sent if it is not known to be applied",
            "{monitoring: {metricConfigurations: []}}",
            "{}",
            "monitoring"),
        differ(
            "gateway connectors are never shown: they are sent if not known to be applied",
            "{gatewayConnectors: []}",
            "{}",
            "gatewayConnectors"),
        same(
            "an empty strategy asks for the cluster's at creation",
            "{capacityProviderStrategy: []}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1, base: 0}]}"),
        same(
            "CodeDeploy alternates between two target groups, of which the spec names one",
            "{deploymentController: {type: 'CODE_DEPLOY'}, loadBalancers: [{targetGroupArn: '%s', containerPort: 80}]}"
                .formatted(BLUE),
            "{deploymentController: {type: 'CODE_DEPLOY'}, loadBalancers: [{targetGroupArn: '%s', containerPort: 80}]}"
                .formatted(GREEN)),
        differ(
            "another target group",
            "{loadBalancers: [{targetGroupArn: '%s', containerPort: 80}]}".formatted(BLUE),
            "{loadBalancers: [{targetGroupArn: '%s', containerPort: 80}]}".formatted(GREEN),
            "loadBalancers"),
        differ(
            "maximumPercent 200 of a REPLICA service",
            "{schedulingStrategy: 'REPLICA', deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100}}",
            "{schedulingStrategy: 'REPLICA', deploymentConfiguration: {maximumPercent: 150, minimumHealthyPercent: 50}}",
            "deploymentConfiguration.maximumPercent",
            "deploymentConfiguration.minimumHealthyPercent"),
        differ(
            "roles of two paths with one name",
            "{role: 'arn:aws:iam::123456789012:role/a/web'}",
            "{role: 'arn:aws:iam::123456789012:role/b/web'}",
            "role"),
        differ(
            "definitions of two accounts with one name",
            "{taskDefinition: 'arn:aws:ecs:eu-central-1:111111111111:task-definition/web:7'}",
            "{taskDefinition: 'arn:aws:ecs:eu-central-1:222222222222:task-definition/web:7'}",
            "taskDefinition"),
        differ(
            "a namespace where none is wanted",
            "{serviceConnectConfiguration: {enabled: true, namespace: ''}}",
            "{serviceConnectConfiguration: {enabled: true, namespace: 'arn:aws:servicediscovery:x:1:namespace/ns-a'}}",
            "serviceConnectConfiguration.namespace"),
        differ(
            "the count of a service that becomes a DAEMON is ECS's already",
            "{schedulingStrategy: 'DAEMON', desiredCount: 1}",
            "{desiredCount: 4}",
            "schedulingStrategy"),
        same(
            "the count of a DAEMON, by the observed side",
            "{desiredCount: 1}",
            "{schedulingStrategy: 'DAEMON', desiredCount: 4}"),
        differ(
            "a platform version",
            "{platformVersion: '1.3.0'}",
            "{platformVersion: 'LATEST'}",
            "platformVersion"),
        differ("launch type", "{launchType: 'FARGATE'}", "{launchType: 'EC2'}", "launchType"),
        differ(
            "from a strategy to a launch type",
            "{launchType: 'FARGATE'}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1, base: 0}]}",
            "launchType"),
        same(
            "where ECS shows neither launch type nor strategy",
            "{launchType: 'EXTERNAL'}",
            "{capacityProviderStrategy: []}"),
        same("launch type unset: ECS fills it in", "{}", "{launchType: 'EC2'}"),
        same(
            "strategy unset: ECS takes the cluster's",
            "{}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1, base: 0}]}"),
        same("propagateTags", "{propagateTags: 'NONE'}", "{}"),
        same("schedulingStrategy", "{schedulingStrategy: 'REPLICA'}", "{}"),
        same("healthCheckGracePeriodSeconds", "{healthCheckGracePeriodSeconds: 0}", "{}"),
        same("deploymentController", "{deploymentController: {type: 'ECS'}}", "{}"),
        same("count unset: unmanaged", "{}", "{desiredCount: 7}"),
        differ("count", "{desiredCount: 0}", "{desiredCount: 7}", "desiredCount"),
        same("rebalancing unset: unmanaged", "{}", "{availabilityZoneRebalancing: 'DISABLED'}"),
        same(
            "subnets and security groups are sets",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1', 'sg-2']}}}",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-2', 'sg-1'], assignPublicIp: 'DISABLED'}}}"),
        same(
            "assignPublicIp",
            "{networkConfiguration: {awsvpcConfiguration: {assignPublicIp: 'DISABLED'}}}",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1']}}}"),
        same(
            "a subnet that is named twice",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2', 'subnet-1']}}}",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2']}}}"),
        same("ECS drops a tag without members", "{tags: [{}]}", "{tags: []}"),
        differ(
            "a subnet",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-1']}}}",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2']}}}",
            "networkConfiguration.awsvpcConfiguration.subnets"),
        same(
            "load balancers are a set",
            "{loadBalancers: [{targetGroupArn: '%1$s', containerPort: 80}, {targetGroupArn: '%2$s', containerPort: 81}]}"
                .formatted(BLUE, GREEN),
            "{loadBalancers: [{targetGroupArn: '%2$s', containerPort: 81}, {targetGroupArn: '%1$s', containerPort: 80}]}"
                .formatted(BLUE, GREEN)),
        same(
            "blue/green swaps the pair of target groups",
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s'}}]}"
                .formatted(BLUE, GREEN),
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s'}}]}"
                .formatted(GREEN, BLUE)),
        differ(
            "a target group of another pair",
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s'}}]}"
                .formatted(BLUE, GREEN),
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s2'}}]}"
                .formatted(GREEN, BLUE),
            "loadBalancers"),
        same(
            "registries are a set",
            "{serviceRegistries: [{registryArn: 'a'}, {registryArn: 'b'}]}",
            "{serviceRegistries: [{registryArn: 'b'}, {registryArn: 'a'}]}"),
        same(
            "VPC Lattice configurations are a set",
            "{vpcLatticeConfigurations: [{portName: 'a'}, {portName: 'b'}]}",
            "{vpcLatticeConfigurations: [{portName: 'b'}, {portName: 'a'}]}"),
        same(
            "a strategy is a set, weight and base are 0",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', base: 1}, {capacityProvider: 'FARGATE_SPOT', weight: 4}]}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 4, base: 0}, {capacityProvider: 'FARGATE', weight: 0, base: 1}]}"),
        same(
            "placement strategy in any case",
            "{placementStrategy: [{type: 'SPREAD', field: 'host'}, {type: 'BinPack', field: 'MEMORY'}, {type: 'binpack', field: 'CPU'}]}",
            "{placementStrategy: [{type: 'spread', field: 'instanceId'}, {type: 'binpack', field: 'memory'}, {type: 'binpack', field: 'cpu'}]}"),
        same(
            "random has no field",
            "{placementStrategy: [{type: 'random', field: ''}]}",
            "{placementStrategy: [{type: 'random'}]}"),
        differ(
            "the field of a strategy",
            "{placementStrategy: [{type: 'spread', field: 'attribute:ecs.availability-zone'}]}",
            "{placementStrategy: [{type: 'spread', field: 'attribute:ECS.availability-zone'}]}",
            "placementStrategy"),
        differ(
            "the order of placement strategies counts",
            "{placementStrategy: [{type: 'spread'}, {type: 'binpack'}]}",
            "{placementStrategy: [{type: 'binpack'}, {type: 'spread'}]}",
            "placementStrategy"),
        differ(
            "the order of placement constraints counts",
            "{placementConstraints: [{type: 'distinctInstance'}, {type: 'memberOf', expression: 'x'}]}",
            "{placementConstraints: [{type: 'memberOf', expression: 'x'}, {type: 'distinctInstance'}]}",
            "placementConstraints"),
        same(
            "deployment configuration unset",
            "{}",
            """
            {deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100, strategy: 'ROLLING', bakeTimeInMinutes: 0,
             deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true,
             thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}}}}"""),
        same(
            "deployment configuration as ECS fills it in",
            """
            {deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100, strategy: 'ROLLING', bakeTimeInMinutes: 0,
             deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true,
             thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}},
             alarms: {alarmNames: [], enable: false, rollback: false}}}""",
            "{}"),
        same(
            "DAEMON ignores the percentages of REPLICA",
            "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100}}",
            "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {maximumPercent: 100, minimumHealthyPercent: 0}}"),
        same(
            "DAEMON has defaults of its own",
            "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {maximumPercent: 100, minimumHealthyPercent: 0}}",
            "{schedulingStrategy: 'DAEMON'}"),
        differ(
            "0 and 100 percent are legal",
            "{deploymentConfiguration: {maximumPercent: 100, minimumHealthyPercent: 0}}",
            "{deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100}}",
            "deploymentConfiguration.maximumPercent",
            "deploymentConfiguration.minimumHealthyPercent"),
        differ(
            "a breaker that counts failures in all",
            "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, resetOnHealthyTask: false}}}",
            "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, resetOnHealthyTask: true}}}",
            "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask"),
        same(
            "alarms are a set",
            "{deploymentConfiguration: {alarms: {alarmNames: ['a', 'b'], enable: true}}}",
            "{deploymentConfiguration: {alarms: {alarmNames: ['b', 'a'], enable: true, rollback: false}}}"),
        same(
            "linear defaults",
            "{deploymentConfiguration: {linearConfiguration: {stepPercent: 10.0, stepBakeTimeInMinutes: 6}}}",
            "{deploymentConfiguration: {linearConfiguration: {}}}"),
        same(
            "canary defaults",
            "{deploymentConfiguration: {canaryConfiguration: {canaryPercent: 5, canaryBakeTimeInMinutes: 10}}}",
            "{deploymentConfiguration: {canaryConfiguration: {}}}"),
        same(
            "lifecycle hooks are a set with JSON details",
            """
            {deploymentConfiguration: {lifecycleHooks: [
             {hookTargetArn: 'arn:b', lifecycleStages: ['SCALE_UP']},
             {hookTargetArn: 'arn:a', lifecycleStages: ['PRE_SCALE_UP', 'BAKE_TIME'], hookDetails: {a: 1, b: [2]}}]}}""",
            """
            {deploymentConfiguration: {lifecycleHooks: [
             {hookTargetArn: 'arn:a', targetType: 'AWS_LAMBDA', lifecycleStages: ['BAKE_TIME', 'PRE_SCALE_UP'], hookDetails: '{"b": [2.0], "a": 1}',
              timeoutConfiguration: {timeoutInMinutes: 1440, action: 'ROLLBACK'}},
             {hookTargetArn: 'arn:b', targetType: 'AWS_LAMBDA', lifecycleStages: ['SCALE_UP']}]}}"""),
        differ(
            "details of a hook",
            "{deploymentConfiguration: {lifecycleHooks: [{hookDetails: '{\"a\": 1}'}]}}",
            "{deploymentConfiguration: {lifecycleHooks: [{hookDetails: {a: 2}}]}}",
            "deploymentConfiguration.lifecycleHooks"),
        same(
            "Service Connect fills in names",
            "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'api', clientAliases: [{port: 80}]}, {portName: 'admin', clientAliases: [{port: 81}, {port: 82}]}]}}",
            """
            {serviceConnectConfiguration: {enabled: true, namespace: 'internal', services: [
             {portName: 'admin', discoveryName: 'admin', clientAliases: [{port: 82, dnsName: 'admin.internal'}, {port: 81, dnsName: 'admin.internal'}]},
             {portName: 'api', discoveryName: 'api', clientAliases: [{port: 80, dnsName: 'api.internal'}]}]}}"""),
        differ(
            "a DNS name that ECS did not make up",
            "{serviceConnectConfiguration: {services: [{portName: 'api', clientAliases: [{port: 80}]}]}}",
            "{serviceConnectConfiguration: {services: [{portName: 'api', discoveryName: 'api', clientAliases: [{port: 80, dnsName: 'backend'}]}]}}",
            "serviceConnectConfiguration.services"),
        differ(
            "a DNS name of the user",
            "{serviceConnectConfiguration: {services: [{portName: 'api', clientAliases: [{port: 80, dnsName: 'api'}]}]}}",
            "{serviceConnectConfiguration: {services: [{portName: 'api', clientAliases: [{port: 80, dnsName: 'api.internal'}]}]}}",
            "serviceConnectConfiguration.services"),
        same(
            "a namespace by name",
            "{serviceConnectConfiguration: {namespace: 'internal'}}",
            "{serviceConnectConfiguration: {namespace: 'arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-abc'}}"),
        differ(
            "another namespace",
            "{serviceConnectConfiguration: {namespace: 'internal'}}",
            "{serviceConnectConfiguration: {namespace: 'external'}}",
            "serviceConnectConfiguration.namespace"),
        differ(
            "no namespace yet",
            "{serviceConnectConfiguration: {enabled: true, namespace: 'internal'}}",
            "{serviceConnectConfiguration: {enabled: true}}",
            "serviceConnectConfiguration.namespace"),
        same("Service Connect off", "{serviceConnectConfiguration: {enabled: false}}", "{}"),
        differ(
            "an option of the proxy's log driver",
            "{serviceConnectConfiguration: {enabled: true, logConfiguration: {logDriver: 'awslogs', options: {mode: ''}}}}",
            "{serviceConnectConfiguration: {enabled: true, logConfiguration: {logDriver: 'awslogs', options: {}}}}",
            "serviceConnectConfiguration.logConfiguration.options[mode]"),
        same(
            "secret options of the proxy's log driver",
            "{serviceConnectConfiguration: {logConfiguration: {secretOptions: [{name: 'a', valueFrom: '1'}, {name: 'b', valueFrom: '2'}]}}}",
            "{serviceConnectConfiguration: {logConfiguration: {secretOptions: [{name: 'b', valueFrom: '2'}, {name: 'a', valueFrom: '1'}]}}}"),
        same(
            "access logs without query parameters",
            "{serviceConnectConfiguration: {accessLogConfiguration: {format: 'JSON', includeQueryParameters: 'DISABLED'}}}",
            "{serviceConnectConfiguration: {accessLogConfiguration: {format: 'JSON'}}}"),
        same(
            "managed volumes go by name, with their defaults",
            """
            {volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20, encrypted: true, filesystemType: 'xfs',
             tagSpecifications: [{resourceType: 'volume', tags: [{key: 'a', value: '1'}, {key: 'b', value: '2'}]}, {resourceType: 'snapshot'}]}}]}""",
            """
            {volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20, volumeType: 'gp3', iops: 3000,
             tagSpecifications: [{resourceType: 'snapshot'}, {resourceType: 'volume', propagateTags: 'NONE', tags: [{key: 'b', value: '2'}, {key: 'a', value: '1'}]}]}}]}"""),
        differ(
            "an unencrypted volume",
            "{volumeConfigurations: [{name: 'data', managedEBSVolume: {encrypted: false}}]}",
            "{volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20}}]}",
            "volumeConfigurations[data].managedEBSVolume.encrypted"),
        differ(
            "a managed volume without its block",
            "{volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20}}]}",
            "{volumeConfigurations: [{name: 'data'}]}",
            "volumeConfigurations[data].managedEBSVolume"));
  }
}
