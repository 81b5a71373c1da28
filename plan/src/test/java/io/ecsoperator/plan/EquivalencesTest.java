package io.ecsoperator.plan;

import static io.ecsoperator.plan.Shape.CLUSTER;
import static io.ecsoperator.plan.Shape.SERVICE;
import static io.ecsoperator.plan.Shape.TASK_DEFINITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ecsoperator.plan.Comparison.Silence;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pairs of what a spec says and what ECS shows, as the real service writes them. */
class EquivalencesTest {

  /**
   * @param differing the paths that differ; none: the two say the same
   */
  private record Pair(
      String rule, Shape shape, String desired, String observed, List<String> differing) {

    List<String> differingBy(Equivalences equivalences) {
      Silence silence = shape == TASK_DEFINITION ? Silence.UNSET : Silence.NOT_OURS;
      return new Comparison(equivalences, path -> false)
              .changes(
                  FieldPath.ROOT,
                  FieldPair.root(Json.object(desired), Json.object(observed)),
                  silence)
              .stream()
              .map(FieldChange::path)
              .toList();
    }

    @Override
    public String toString() {
      return (differing.isEmpty() ? "" : "not: ") + rule + ": " + desired + " / " + observed;
    }
  }

  private static Pair same(Shape shape, String rule, String desired, String observed) {
    return new Pair(rule, shape, desired, observed, List.of());
  }

  private static Pair differ(
      Shape shape, String rule, String desired, String observed, String... paths) {
    return new Pair(rule, shape, desired, observed, List.of(paths));
  }

  private static Stream<Pair> web(String rule, String desired, String observed) {
    return Stream.of(same(TASK_DEFINITION, rule, container(desired), container(observed)));
  }

  private static Stream<Pair> webDiffers(
      String rule, String desired, String observed, String... paths) {
    return Stream.of(
        differ(
            TASK_DEFINITION,
            rule,
            container(desired),
            container(observed),
            Arrays.stream(paths).map("containerDefinitions[web]"::concat).toArray(String[]::new)));
  }

  private static String container(String members) {
    return "{containerDefinitions: [{name: 'web', %s}]}".formatted(members);
  }

  private static Stream<Pair> volume(String rule, String desired, String observed) {
    String volumes = "{volumes: [{name: 'data'%s}]}";
    return Stream.of(
        same(TASK_DEFINITION, rule, volumes.formatted(desired), volumes.formatted(observed)));
  }

  private static final String CLUSTER_ARN = "arn:aws:ecs:eu-central-1:123456789012:cluster/prod";
  private static final String WEB_7 = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7";
  private static final String BLUE =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/blue/6d0ecf831eec9f09";
  private static final String GREEN =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/green/73e2d6bc24d8a067";

  static final List<Pair> PAIRS =
      Stream.of(generalPairs(), containerPairs(), taskPairs(), servicePairs(), clusterPairs())
          .flatMap(pairs -> pairs)
          .toList();

  private static Stream<Pair> generalPairs() {
    return Stream.of(
            web("an empty list is unset", "command: []", "image: ''"),
            webDiffers(
                "a list of one empty text is a value", "command: ['']", "command: []", ".command"),
            web(
                "empty entries say nothing",
                "mountPoints: [{}, {containerPath: '/data'}]",
                "mountPoints: [{containerPath: '/data'}]"),
            web("an empty enum text is unset", "versionConsistency: ''", "image: ''"),
            webDiffers(
                "a value that only a newer SDK knows is compared as it is",
                "dependsOn: [{containerName: 'db', condition: 'WARM'}]",
                "dependsOn: [{containerName: 'db', condition: 'HEALTHY'}]",
                ".dependsOn"),
            web("false is unset", "privileged: false, interactive: false", "image: ''"),
            webDiffers("true is not unset", "privileged: true", "image: ''", ".privileged"),
            web("1.0 is 1", "memory: 512.0", "memory: 512"),
            webDiffers("a number is not another", "memory: 512", "memory: 513", ".memory"),
            web("null is unset", "user: null", "image: ''"),
            webDiffers(
                "the order of a command counts",
                "command: ['sh', '-c']",
                "command: ['-c', 'sh']",
                ".command"),
            webDiffers(
                "the order of mount points counts",
                "mountPoints: [{containerPath: '/a'}, {containerPath: '/b'}]",
                "mountPoints: [{containerPath: '/b'}, {containerPath: '/a'}]",
                ".mountPoints"),
            webDiffers(
                "the order of dependencies counts",
                "dependsOn: [{containerName: 'a'}, {containerName: 'b'}]",
                "dependsOn: [{containerName: 'b'}, {containerName: 'a'}]",
                ".dependsOn"),
            webDiffers(
                "the order of DNS servers counts",
                "dnsServers: ['10.0.0.2', '10.0.0.3']",
                "dnsServers: ['10.0.0.3', '10.0.0.2']",
                ".dnsServers"),
            webDiffers(
                "the order of extra hosts counts",
                "extraHosts: [{hostname: 'a', ipAddress: '10.0.0.1'}, {hostname: 'b', ipAddress: '10.0.0.2'}]",
                "extraHosts: [{hostname: 'b', ipAddress: '10.0.0.2'}, {hostname: 'a', ipAddress: '10.0.0.1'}]",
                ".extraHosts"),
            webDiffers(
                "the order of system controls counts",
                "systemControls: [{namespace: 'net.core.somaxconn', value: '1'}, {namespace: 'kernel.msgmax', value: '2'}]",
                "systemControls: [{namespace: 'kernel.msgmax', value: '2'}, {namespace: 'net.core.somaxconn', value: '1'}]",
                ".systemControls"))
        .flatMap(pairs -> pairs);
  }

  private static Stream<Pair> containerPairs() {
    return Stream.of(
            Stream.of(
                same(
                    TASK_DEFINITION,
                    "containers go by name",
                    "{containerDefinitions: [{name: 'web', image: 'nginx'}, {name: 'log', image: 'fluent'}]}",
                    "{containerDefinitions: [{name: 'log', image: 'fluent'}, {name: 'web', image: 'nginx'}]}"),
                differ(
                    TASK_DEFINITION,
                    "a container is there or not",
                    "{containerDefinitions: [{name: 'web'}, {name: 'log'}]}",
                    "{containerDefinitions: [{name: 'web'}, {name: 'db'}]}",
                    "containerDefinitions[log]",
                    "containerDefinitions[db]")),
            web(
                "what RegisterTaskDefinition adds to a container",
                "image: 'nginx:1.29'",
                "image: 'nginx:1.29', cpu: 0, essential: true, environment: [], mountPoints: [],"
                    + " portMappings: [], volumesFrom: [], systemControls: []"),
            web("essential unset is true", "essential: true", "image: ''"),
            webDiffers("not essential", "essential: false", "essential: true", ".essential"),
            webDiffers("not essential", "essential: false", "image: ''", ".essential"),
            web("cpu 0 is unset", "cpu: 0", "image: ''"),
            web(
                "environment goes by name",
                "environment: [{name: 'A', value: '1'}, {name: 'B', value: '2'}]",
                "environment: [{name: 'B', value: '2'}, {name: 'A', value: '1'}]"),
            webDiffers(
                "environment, each variable for itself",
                "environment: [{name: 'MODE', value: 'prod'}, {name: 'EMPTY', value: ''}]",
                "environment: [{name: 'MODE', value: 'test'}, {name: 'OLD', value: 'x'}]",
                ".environment[MODE]",
                ".environment[EMPTY]",
                ".environment[OLD]"),
            web(
                "an empty variable may be without value",
                "environment: [{name: 'EMPTY'}]",
                "environment: [{name: 'EMPTY', value: ''}]"),
            web(
                "secrets go by name",
                "secrets: [{name: 'A', valueFrom: '/a'}, {name: 'B', valueFrom: '/b'}]",
                "secrets: [{name: 'B', valueFrom: '/b'}, {name: 'A', valueFrom: '/a'}]"),
            webDiffers(
                "secrets, each for itself",
                "secrets: [{name: 'A', valueFrom: '/a'}]",
                "secrets: [{name: 'A', valueFrom: '/b'}]",
                ".secrets[A]"),
            web(
                "port mappings come back in another order",
                "portMappings: [{containerPort: 80}, {containerPort: 443}]",
                "portMappings: [{containerPort: 443, hostPort: 0, protocol: 'tcp'},"
                    + " {containerPort: 80, hostPort: 0, protocol: 'tcp'}]"),
            webDiffers(
                "udp is not tcp",
                "portMappings: [{containerPort: 53, protocol: 'udp'}]",
                "portMappings: [{containerPort: 53, protocol: 'tcp'}]",
                ".portMappings"),
            webDiffers(
                "a port more",
                "portMappings: [{containerPort: 53}]",
                "portMappings: [{containerPort: 53}, {containerPort: 54}]",
                ".portMappings"),
            webDiffers(
                "a fixed host port in bridge mode",
                "portMappings: [{containerPort: 80}]",
                "portMappings: [{containerPort: 80, hostPort: 80}]",
                ".portMappings"),
            Stream.of(
                same(
                    TASK_DEFINITION,
                    "awsvpc fills in the host port",
                    "{networkMode: 'awsvpc', containerDefinitions: [{name: 'web', portMappings: [{containerPort: 80}]}]}",
                    "{networkMode: 'awsvpc', containerDefinitions: [{name: 'web', portMappings:"
                        + " [{containerPort: 80, hostPort: 80, protocol: 'tcp'}]}]}"),
                same(
                    TASK_DEFINITION,
                    "host mode fills in the host port",
                    "{networkMode: 'host', containerDefinitions: [{name: 'web', portMappings: [{containerPort: 80}]}]}",
                    "{networkMode: 'host', containerDefinitions: [{name: 'web', portMappings:"
                        + " [{containerPort: 80, hostPort: 80, protocol: 'tcp'}]}]}")),
            web(
                "health check defaults",
                "healthCheck: {command: ['CMD-SHELL', 'true']}",
                "healthCheck: {command: ['CMD-SHELL', 'true'], interval: 30, timeout: 5, retries: 3}"),
            webDiffers(
                "a start period is no default",
                "healthCheck: {command: ['CMD-SHELL', 'true']}",
                "healthCheck: {command: ['CMD-SHELL', 'true'], startPeriod: 10}",
                ".healthCheck.startPeriod"),
            web(
                "restart policy",
                "restartPolicy: {enabled: true, ignoredExitCodes: [1, 2]}",
                "restartPolicy: {enabled: true, ignoredExitCodes: [2, 1], restartAttemptPeriod: 300}"),
            web("version consistency", "image: 'x'", "image: 'x', versionConsistency: 'enabled'"),
            web("links are a set", "links: ['a', 'b']", "links: ['b', 'a']"),
            web(
                "volumesFrom is a set",
                "volumesFrom: [{sourceContainer: 'a'}, {sourceContainer: 'b'}]",
                "volumesFrom: [{sourceContainer: 'b', readOnly: false}, {sourceContainer: 'a', readOnly: false}]"),
            web(
                "ulimits are a set",
                "ulimits: [{name: 'core', softLimit: 0}, {name: 'nofile', softLimit: 9}]",
                "ulimits: [{name: 'nofile', softLimit: 9}, {name: 'core', softLimit: 0}]"),
            web(
                "resource requirements are a set",
                "resourceRequirements: [{type: 'GPU', value: '1'}, {type: 'NEURON', value: '2'}]",
                "resourceRequirements: [{type: 'NEURON', value: '2'}, {type: 'GPU', value: '1'}]"),
            webDiffers(
                "a label with an empty value is a label",
                "dockerLabels: {'com.example/team': ''}",
                "dockerLabels: {}",
                ".dockerLabels[com.example/team]"),
            webDiffers(
                "an option of the log driver",
                "logConfiguration: {logDriver: 'awslogs', options: {mode: ''}}",
                "logConfiguration: {logDriver: 'awslogs'}",
                ".logConfiguration.options[mode]"),
            web(
                "secret options go by name",
                "logConfiguration: {secretOptions: [{name: 'a', valueFrom: '1'}, {name: 'b', valueFrom: '2'}]}",
                "logConfiguration: {secretOptions: [{name: 'b', valueFrom: '2'}, {name: 'a', valueFrom: '1'}]}"),
            webDiffers(
                "an option of FireLens",
                "firelensConfiguration: {type: 'fluentbit', options: {'config-file-value': ''}}",
                "firelensConfiguration: {type: 'fluentbit'}",
                ".firelensConfiguration.options[config-file-value]"),
            web(
                "ECS adds an empty list of capabilities",
                "linuxParameters: {capabilities: {drop: ['ALL']}}",
                "linuxParameters: {capabilities: {add: [], drop: ['ALL']}}"),
            web(
                "capabilities are sets",
                "linuxParameters: {capabilities: {drop: ['A', 'B'], add: ['C', 'D']}}",
                "linuxParameters: {capabilities: {drop: ['B', 'A'], add: ['D', 'C']}}"),
            web(
                "device permissions are a set",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse', permissions: ['read', 'write']}]}",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse', permissions: ['write', 'read']}]}"))
        .flatMap(pairs -> pairs);
  }

  private static Stream<Pair> taskPairs() {
    String role = "arn:aws:iam::123456789012:role/service/web";
    return Stream.of(
            Stream.of(
                same(
                    TASK_DEFINITION,
                    "1 vCPU",
                    "{cpu: '1 vCPU', memory: '2GB'}",
                    "{cpu: '1024', memory: '2048'}"),
                same(
                    TASK_DEFINITION,
                    "0.5 vCPU",
                    "{cpu: '.5 vcpu', memory: '0.5 GB'}",
                    "{cpu: '512', memory: '512'}"),
                same(
                    TASK_DEFINITION,
                    "sizes as numbers",
                    "{cpu: 256, memory: 512}",
                    "{cpu: '256', memory: '512'}"),
                differ(
                    TASK_DEFINITION,
                    "sizes",
                    "{cpu: '1 vCPU', memory: '2GB'}",
                    "{cpu: '1', memory: '2'}",
                    "cpu",
                    "memory"),
                same(
                    TASK_DEFINITION,
                    "roles by name",
                    "{taskRoleArn: 'web', executionRoleArn: 'web'}",
                    "{taskRoleArn: '%1$s', executionRoleArn: '%1$s'}".formatted(role)),
                differ(
                    TASK_DEFINITION,
                    "another role",
                    "{taskRoleArn: 'db'}",
                    "{taskRoleArn: '%s'}".formatted(role),
                    "taskRoleArn"),
                same(
                    TASK_DEFINITION,
                    "compatibilities are a set",
                    "{requiresCompatibilities: ['EC2', 'FARGATE']}",
                    "{requiresCompatibilities: ['FARGATE', 'EC2']}"),
                same(
                    TASK_DEFINITION,
                    "tags are pairs",
                    "{tags: [{key: 'a', value: '1'}, {key: 'b', value: '2'}]}",
                    "{tags: [{key: 'b', value: '2'}, {key: 'a', value: '1'}]}"),
                same(
                    TASK_DEFINITION,
                    "proxy properties are pairs",
                    "{proxyConfiguration: {containerName: 'envoy', properties: [{name: 'ProxyIngressPort', value: '15000'}, {name: 'AppPorts', value: '80'}]}}",
                    "{proxyConfiguration: {containerName: 'envoy', properties: [{name: 'AppPorts', value: '80'}, {name: 'ProxyIngressPort', value: '15000'}]}}"),
                same(
                    TASK_DEFINITION,
                    "volumes go by name",
                    "{volumes: [{name: 'a'}, {name: 'b', configuredAtLaunch: true}]}",
                    "{volumes: [{name: 'b', configuredAtLaunch: true}, {name: 'a', host: {}, configuredAtLaunch: false}]}"),
                differ(
                    TASK_DEFINITION,
                    "a directory of the host",
                    "{volumes: [{name: 'a'}]}",
                    "{volumes: [{name: 'a', host: {sourcePath: '/var'}}]}",
                    "volumes[a].host"),
                same(
                    TASK_DEFINITION,
                    "no volumes",
                    "{}",
                    "{volumes: [], placementConstraints: []}")),
            volume(
                "Docker volume defaults",
                ", dockerVolumeConfiguration: {}",
                ", dockerVolumeConfiguration: {driver: 'local', scope: 'task', driverOpts: {}, labels: {}}"),
            volume(
                "autoprovision is not kept for a volume of a task",
                ", dockerVolumeConfiguration: {scope: 'task', autoprovision: true}",
                ", dockerVolumeConfiguration: {scope: 'task'}"),
            Stream.of(
                differ(
                    TASK_DEFINITION,
                    "autoprovision of a shared volume",
                    "{volumes: [{name: 'a', dockerVolumeConfiguration: {scope: 'shared', autoprovision: true}}]}",
                    "{volumes: [{name: 'a', dockerVolumeConfiguration: {scope: 'shared'}}]}",
                    "volumes[a].dockerVolumeConfiguration.autoprovision"),
                differ(
                    TASK_DEFINITION,
                    "options and labels of a Docker volume",
                    "{volumes: [{name: 'a', dockerVolumeConfiguration: {driverOpts: {ro: ''}, labels: {x: ''}}}]}",
                    "{volumes: [{name: 'a', dockerVolumeConfiguration: {driver: 'local'}}]}",
                    "volumes[a].dockerVolumeConfiguration.driverOpts[ro]",
                    "volumes[a].dockerVolumeConfiguration.labels[x]")),
            volume(
                "EFS defaults",
                ", efsVolumeConfiguration: {fileSystemId: 'fs-1', authorizationConfig: {accessPointId: 'fsap-1'}}",
                ", efsVolumeConfiguration: {fileSystemId: 'fs-1', rootDirectory: '/', transitEncryption: 'DISABLED',"
                    + " transitEncryptionPort: 0, authorizationConfig: {accessPointId: 'fsap-1', iam: 'DISABLED'}}"),
            volume(
                "S3 files defaults",
                ", s3filesVolumeConfiguration: {accessPointArn: 'arn:x'}",
                ", s3filesVolumeConfiguration: {accessPointArn: 'arn:x', rootDirectory: '/', transitEncryptionPort: 0}"))
        .flatMap(pairs -> pairs);
  }

  private static Stream<Pair> servicePairs() {
    return Stream.of(
        same(
            SERVICE,
            "tags are pairs",
            "{tags: [{key: 'a', value: '1'}, {key: 'b', value: '2'}]}",
            "{tags: [{key: 'b', value: '2'}, {key: 'c', value: '3'}, {key: 'a', value: '1'}]}"),
        differ(
            SERVICE,
            "a tag",
            "{tags: [{key: 'team', value: 'web'}]}",
            "{tags: [{key: 'team', value: 'db'}]}",
            "tags[team]"),
        same(
            SERVICE,
            "cluster by name",
            "{cluster: 'prod'}",
            "{cluster: '%s'}".formatted(CLUSTER_ARN)),
        differ(
            SERVICE,
            "another cluster",
            "{cluster: 'test'}",
            "{cluster: '%s'}".formatted(CLUSTER_ARN),
            "cluster"),
        same(
            SERVICE,
            "role by name",
            "{role: 'ecsServiceRole'}",
            "{role: 'arn:aws:iam::123456789012:role/ecsServiceRole'}"),
        same(
            SERVICE,
            "role unset: ECS shows its service-linked role",
            "{}",
            "{role: 'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'}"),
        same(
            SERVICE,
            "family and revision",
            "{taskDefinition: 'web:7'}",
            "{taskDefinition: '%s'}".formatted(WEB_7)),
        differ(
            SERVICE,
            "another revision",
            "{taskDefinition: 'web:8'}",
            "{taskDefinition: '%s'}".formatted(WEB_7),
            "taskDefinition"),
        same(
            SERVICE,
            "a bare family is any revision",
            "{taskDefinition: 'web'}",
            "{taskDefinition: '%s'}".formatted(WEB_7)),
        differ(
            SERVICE,
            "another family",
            "{taskDefinition: 'we'}",
            "{taskDefinition: '%s'}".formatted(WEB_7),
            "taskDefinition"),
        differ(
            SERVICE,
            "another ARN",
            "{taskDefinition: '%s0'}".formatted(WEB_7),
            "{taskDefinition: '%s'}".formatted(WEB_7),
            "taskDefinition"),
        same(
            SERVICE,
            "LATEST is any platform version",
            "{platformVersion: 'LATEST'}",
            "{platformVersion: '1.4.0'}"),
        differ(
            SERVICE,
            "a platform version",
            "{platformVersion: '1.3.0'}",
            "{platformVersion: 'LATEST'}",
            "platformVersion"),
        differ(
            SERVICE, "launch type", "{launchType: 'FARGATE'}", "{launchType: 'EC2'}", "launchType"),
        differ(
            SERVICE,
            "from a strategy to a launch type",
            "{launchType: 'FARGATE'}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1, base: 0}]}",
            "launchType"),
        same(
            SERVICE,
            "where ECS shows neither launch type nor strategy",
            "{launchType: 'EXTERNAL'}",
            "{capacityProviderStrategy: []}"),
        same(SERVICE, "launch type unset: ECS fills it in", "{}", "{launchType: 'EC2'}"),
        same(
            SERVICE,
            "strategy unset: ECS takes the cluster's",
            "{}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', weight: 1, base: 0}]}"),
        same(SERVICE, "propagateTags", "{propagateTags: 'NONE'}", "{}"),
        same(SERVICE, "schedulingStrategy", "{schedulingStrategy: 'REPLICA'}", "{}"),
        same(SERVICE, "healthCheckGracePeriodSeconds", "{healthCheckGracePeriodSeconds: 0}", "{}"),
        same(SERVICE, "deploymentController", "{deploymentController: {type: 'ECS'}}", "{}"),
        same(SERVICE, "count unset: not ours", "{}", "{desiredCount: 7}"),
        differ(SERVICE, "count", "{desiredCount: 0}", "{desiredCount: 7}", "desiredCount"),
        same(
            SERVICE,
            "rebalancing unset: not ours",
            "{}",
            "{availabilityZoneRebalancing: 'DISABLED'}"),
        same(
            SERVICE,
            "subnets and security groups are sets",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1', 'sg-2']}}}",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-2', 'sg-1'], assignPublicIp: 'DISABLED'}}}"),
        same(
            SERVICE,
            "assignPublicIp",
            "{networkConfiguration: {awsvpcConfiguration: {assignPublicIp: 'DISABLED'}}}",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1']}}}"),
        differ(
            SERVICE,
            "a subnet",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-1']}}}",
            "{networkConfiguration: {awsvpcConfiguration: {subnets: ['subnet-1', 'subnet-2']}}}",
            "networkConfiguration.awsvpcConfiguration.subnets"),
        same(
            SERVICE,
            "load balancers are a set",
            "{loadBalancers: [{targetGroupArn: '%1$s', containerPort: 80}, {targetGroupArn: '%2$s', containerPort: 81}]}"
                .formatted(BLUE, GREEN),
            "{loadBalancers: [{targetGroupArn: '%2$s', containerPort: 81}, {targetGroupArn: '%1$s', containerPort: 80}]}"
                .formatted(BLUE, GREEN)),
        same(
            SERVICE,
            "blue/green swaps the pair of target groups",
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s'}}]}"
                .formatted(BLUE, GREEN),
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s'}}]}"
                .formatted(GREEN, BLUE)),
        differ(
            SERVICE,
            "a target group of another pair",
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s'}}]}"
                .formatted(BLUE, GREEN),
            "{loadBalancers: [{targetGroupArn: '%s', advancedConfiguration: {alternateTargetGroupArn: '%s2'}}]}"
                .formatted(GREEN, BLUE),
            "loadBalancers"),
        same(
            SERVICE,
            "registries are a set",
            "{serviceRegistries: [{registryArn: 'a'}, {registryArn: 'b'}]}",
            "{serviceRegistries: [{registryArn: 'b'}, {registryArn: 'a'}]}"),
        same(
            SERVICE,
            "VPC Lattice configurations are a set",
            "{vpcLatticeConfigurations: [{portName: 'a'}, {portName: 'b'}]}",
            "{vpcLatticeConfigurations: [{portName: 'b'}, {portName: 'a'}]}"),
        same(
            SERVICE,
            "a strategy is a set, weight and base are 0",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', base: 1}, {capacityProvider: 'FARGATE_SPOT', weight: 4}]}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 4, base: 0}, {capacityProvider: 'FARGATE', weight: 0, base: 1}]}"),
        same(
            SERVICE,
            "placement strategy in any case",
            "{placementStrategy: [{type: 'SPREAD', field: 'host'}, {type: 'BinPack', field: 'MEMORY'}, {type: 'binpack', field: 'CPU'}]}",
            "{placementStrategy: [{type: 'spread', field: 'instanceId'}, {type: 'binpack', field: 'memory'}, {type: 'binpack', field: 'cpu'}]}"),
        same(
            SERVICE,
            "random has no field",
            "{placementStrategy: [{type: 'random', field: ''}]}",
            "{placementStrategy: [{type: 'random'}]}"),
        differ(
            SERVICE,
            "the field of a strategy",
            "{placementStrategy: [{type: 'spread', field: 'attribute:ecs.availability-zone'}]}",
            "{placementStrategy: [{type: 'spread', field: 'attribute:ECS.availability-zone'}]}",
            "placementStrategy"),
        differ(
            SERVICE,
            "the order of placement strategies counts",
            "{placementStrategy: [{type: 'spread'}, {type: 'binpack'}]}",
            "{placementStrategy: [{type: 'binpack'}, {type: 'spread'}]}",
            "placementStrategy"),
        differ(
            SERVICE,
            "the order of placement constraints counts",
            "{placementConstraints: [{type: 'distinctInstance'}, {type: 'memberOf', expression: 'x'}]}",
            "{placementConstraints: [{type: 'memberOf', expression: 'x'}, {type: 'distinctInstance'}]}",
            "placementConstraints"),
        same(
            SERVICE,
            "deployment configuration unset",
            "{}",
            """
            {deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100, strategy: 'ROLLING', bakeTimeInMinutes: 0,
             deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true,
             thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}}}}"""),
        same(
            SERVICE,
            "deployment configuration as ECS fills it in",
            """
            {deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100, strategy: 'ROLLING', bakeTimeInMinutes: 0,
             deploymentCircuitBreaker: {enable: false, rollback: false, resetOnHealthyTask: true,
             thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}},
             alarms: {alarmNames: [], enable: false, rollback: false}}}""",
            "{}"),
        same(
            SERVICE,
            "DAEMON ignores the percentages of REPLICA",
            "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100}}",
            "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {maximumPercent: 100, minimumHealthyPercent: 0}}"),
        same(
            SERVICE,
            "DAEMON has defaults of its own",
            "{schedulingStrategy: 'DAEMON', deploymentConfiguration: {maximumPercent: 100, minimumHealthyPercent: 0}}",
            "{schedulingStrategy: 'DAEMON'}"),
        differ(
            SERVICE,
            "0 and 100 percent are legal",
            "{deploymentConfiguration: {maximumPercent: 100, minimumHealthyPercent: 0}}",
            "{deploymentConfiguration: {maximumPercent: 200, minimumHealthyPercent: 100}}",
            "deploymentConfiguration.maximumPercent",
            "deploymentConfiguration.minimumHealthyPercent"),
        differ(
            SERVICE,
            "a breaker that counts failures in all",
            "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, resetOnHealthyTask: false}}}",
            "{deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, resetOnHealthyTask: true}}}",
            "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask"),
        same(
            SERVICE,
            "alarms are a set",
            "{deploymentConfiguration: {alarms: {alarmNames: ['a', 'b'], enable: true}}}",
            "{deploymentConfiguration: {alarms: {alarmNames: ['b', 'a'], enable: true, rollback: false}}}"),
        same(
            SERVICE,
            "linear defaults",
            "{deploymentConfiguration: {linearConfiguration: {stepPercent: 10.0, stepBakeTimeInMinutes: 6}}}",
            "{deploymentConfiguration: {linearConfiguration: {}}}"),
        same(
            SERVICE,
            "canary defaults",
            "{deploymentConfiguration: {canaryConfiguration: {canaryPercent: 5, canaryBakeTimeInMinutes: 10}}}",
            "{deploymentConfiguration: {canaryConfiguration: {}}}"),
        same(
            SERVICE,
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
            SERVICE,
            "details of a hook",
            "{deploymentConfiguration: {lifecycleHooks: [{hookDetails: '{\"a\": 1}'}]}}",
            "{deploymentConfiguration: {lifecycleHooks: [{hookDetails: {a: 2}}]}}",
            "deploymentConfiguration.lifecycleHooks"),
        same(
            SERVICE,
            "Service Connect fills in names",
            "{serviceConnectConfiguration: {enabled: true, services: [{portName: 'api', clientAliases: [{port: 80}]}, {portName: 'admin', clientAliases: [{port: 81}, {port: 82}]}]}}",
            """
            {serviceConnectConfiguration: {enabled: true, namespace: 'internal', services: [
             {portName: 'admin', discoveryName: 'admin', clientAliases: [{port: 82, dnsName: 'admin.internal'}, {port: 81, dnsName: 'admin.internal'}]},
             {portName: 'api', discoveryName: 'api', clientAliases: [{port: 80, dnsName: 'api.internal'}]}]}}"""),
        differ(
            SERVICE,
            "a DNS name that ECS did not make up",
            "{serviceConnectConfiguration: {services: [{portName: 'api', clientAliases: [{port: 80}]}]}}",
            "{serviceConnectConfiguration: {services: [{portName: 'api', discoveryName: 'api', clientAliases: [{port: 80, dnsName: 'backend'}]}]}}",
            "serviceConnectConfiguration.services"),
        differ(
            SERVICE,
            "a DNS name of the user",
            "{serviceConnectConfiguration: {services: [{portName: 'api', clientAliases: [{port: 80, dnsName: 'api'}]}]}}",
            "{serviceConnectConfiguration: {services: [{portName: 'api', clientAliases: [{port: 80, dnsName: 'api.internal'}]}]}}",
            "serviceConnectConfiguration.services"),
        same(
            SERVICE,
            "a namespace by name",
            "{serviceConnectConfiguration: {namespace: 'internal'}}",
            "{serviceConnectConfiguration: {namespace: 'arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-abc'}}"),
        differ(
            SERVICE,
            "another namespace",
            "{serviceConnectConfiguration: {namespace: 'internal'}}",
            "{serviceConnectConfiguration: {namespace: 'external'}}",
            "serviceConnectConfiguration.namespace"),
        differ(
            SERVICE,
            "no namespace yet",
            "{serviceConnectConfiguration: {enabled: true, namespace: 'internal'}}",
            "{serviceConnectConfiguration: {enabled: true}}",
            "serviceConnectConfiguration.namespace"),
        same(
            SERVICE,
            "Service Connect off",
            "{serviceConnectConfiguration: {enabled: false}}",
            "{}"),
        differ(
            SERVICE,
            "an option of the proxy's log driver",
            "{serviceConnectConfiguration: {enabled: true, logConfiguration: {logDriver: 'awslogs', options: {mode: ''}}}}",
            "{serviceConnectConfiguration: {enabled: true, logConfiguration: {logDriver: 'awslogs', options: {}}}}",
            "serviceConnectConfiguration.logConfiguration.options[mode]"),
        same(
            SERVICE,
            "secret options of the proxy's log driver",
            "{serviceConnectConfiguration: {logConfiguration: {secretOptions: [{name: 'a', valueFrom: '1'}, {name: 'b', valueFrom: '2'}]}}}",
            "{serviceConnectConfiguration: {logConfiguration: {secretOptions: [{name: 'b', valueFrom: '2'}, {name: 'a', valueFrom: '1'}]}}}"),
        same(
            SERVICE,
            "access logs without query parameters",
            "{serviceConnectConfiguration: {accessLogConfiguration: {format: 'JSON', includeQueryParameters: 'DISABLED'}}}",
            "{serviceConnectConfiguration: {accessLogConfiguration: {format: 'JSON'}}}"),
        same(
            SERVICE,
            "managed volumes go by name, with their defaults",
            """
            {volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20, encrypted: true, filesystemType: 'xfs',
             tagSpecifications: [{resourceType: 'volume', tags: [{key: 'a', value: '1'}, {key: 'b', value: '2'}]}, {resourceType: 'snapshot'}]}}]}""",
            """
            {volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20, volumeType: 'gp3', iops: 3000,
             tagSpecifications: [{resourceType: 'snapshot'}, {resourceType: 'volume', propagateTags: 'NONE', tags: [{key: 'b', value: '2'}, {key: 'a', value: '1'}]}]}}]}"""),
        differ(
            SERVICE,
            "an unencrypted volume",
            "{volumeConfigurations: [{name: 'data', managedEBSVolume: {encrypted: false}}]}",
            "{volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20}}]}",
            "volumeConfigurations[data].managedEBSVolume.encrypted"),
        differ(
            SERVICE,
            "a managed volume without its block",
            "{volumeConfigurations: [{name: 'data', managedEBSVolume: {sizeInGiB: 20}}]}",
            "{volumeConfigurations: [{name: 'data'}]}",
            "volumeConfigurations[data].managedEBSVolume"));
  }

  private static Stream<Pair> clusterPairs() {
    return Stream.of(
        same(
            CLUSTER,
            "tags are pairs",
            "{tags: [{key: 'a', value: ''}, {key: 'b', value: '2'}]}",
            "{tags: [{key: 'b', value: '2'}, {key: 'a', value: ''}]}"),
        differ(
            CLUSTER,
            "settings, each for itself",
            "{settings: [{name: 'containerInsights', value: 'enhanced'}]}",
            "{settings: [{name: 'containerInsights', value: 'disabled'}]}",
            "settings[containerInsights]"),
        same(
            CLUSTER,
            "settings unset: the account's",
            "{}",
            "{settings: [{name: 'containerInsights', value: 'enabled'}]}"),
        same(
            CLUSTER,
            "logging of execute command",
            "{configuration: {executeCommandConfiguration: {logging: 'DEFAULT'}}}",
            "{}"),
        same(
            CLUSTER,
            "capacity providers are a set",
            "{capacityProviders: ['FARGATE', 'FARGATE_SPOT']}",
            "{capacityProviders: ['FARGATE_SPOT', 'FARGATE']}"),
        same(
            CLUSTER,
            "a strategy is a set, weight and base are 0",
            "{defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE', base: 1}, {capacityProvider: 'FARGATE_SPOT', weight: 4}]}",
            "{defaultCapacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 4, base: 0}, {capacityProvider: 'FARGATE', weight: 0, base: 1}]}"),
        same(
            CLUSTER,
            "a namespace by name",
            "{serviceConnectDefaults: {namespace: 'internal'}}",
            "{serviceConnectDefaults: {namespace: 'arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-abc'}}"));
  }

  @ParameterizedTest
  @FieldSource("PAIRS")
  void ecsTakesForTheSameWhatTheTableSays(Pair pair) {
    assertThat(pair.differingBy(Equivalences.of(pair.shape())))
        .containsExactlyInAnyOrderElementsOf(pair.differing());
  }

  static Stream<Arguments> lines() {
    return Stream.of(Shape.values())
        .flatMap(
            shape ->
                Equivalences.of(shape).lines().keySet().stream()
                    .sorted()
                    .map(pattern -> arguments(shape, pattern)));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyLineIsNeededByAPair(Shape shape, String pattern) {
    Map<String, Equivalence> lines = new HashMap<>(Equivalences.of(shape).lines());
    lines.remove(pattern);
    Equivalences without = new Equivalences(lines);

    assertThat(PAIRS)
        .as("a pair that goes wrong without the line for %s", pattern)
        .filteredOn(pair -> pair.shape() == shape)
        .anySatisfy(
            pair ->
                assertThat(pair.differingBy(without))
                    .isNotEqualTo(pair.differingBy(Equivalences.of(shape))));
  }
}
