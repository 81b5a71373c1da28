package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.kinds.EquivalencePair.differ;
import static io.ecsoperator.operator.kinds.EquivalencePair.same;

import io.ecsoperator.operator.kinds.EquivalencePair;
import io.ecsoperator.operator.kinds.EquivalencesTests;
import java.util.Arrays;
import java.util.stream.Stream;

class TaskDefinitionEquivalencesTest extends EquivalencesTests {

  TaskDefinitionEquivalencesTest() {
    super(
        TaskDefinitionSchema.SCHEMA,
        Stream.of(generalPairs(), containerPairs(), taskPairs()).flatMap(pairs -> pairs));
  }

  private static Stream<EquivalencePair> web(String rule, String desired, String observed) {
    return Stream.of(same(rule, container(desired), container(observed)));
  }

  private static Stream<EquivalencePair> webDiffers(
      String rule, String desired, String observed, String... paths) {
    return Stream.of(
        differ(
            rule,
            container(desired),
            container(observed),
            Arrays.stream(paths).map("containerDefinitions[web]"::concat).toArray(String[]::new)));
  }

  private static String container(String members) {
    return "{containerDefinitions: [{name: 'web', %s}]}".formatted(members);
  }

  private static Stream<EquivalencePair> volume(String rule, String desired, String observed) {
    String volumes = "{volumes: [{name: 'data'%s}]}";
    return Stream.of(same(rule, volumes.formatted(desired), volumes.formatted(observed)));
  }

  private static Stream<EquivalencePair> generalPairs() {
    return Stream.of(
            web("an empty list is unset", "command: []", "image: ''"),
            webDiffers(
                "a list of one empty text is a value", "command: ['']", "command: []", ".command"),
            web(
                "empty items do not count",
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

  private static Stream<EquivalencePair> containerPairs() {
    return Stream.of(
            Stream.of(
                same(
                    "containers go by name",
                    "{containerDefinitions: [{name: 'web', image: 'nginx'}, {name: 'log', image: 'fluent'}]}",
                    "{containerDefinitions: [{name: 'log', image: 'fluent'}, {name: 'web', image: 'nginx'}]}"),
                differ(
                    "a container exists on one side only",
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
                "a variable without value is empty",
                "environment: [{name: 'A'}, {name: 'B', value: ''}]",
                "environment: [{name: 'A', value: ''}, {name: 'B'}]"),
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
                    "awsvpc fills in the host port",
                    "{networkMode: 'awsvpc', containerDefinitions: [{name: 'web', portMappings: [{containerPort: 80}]}]}",
                    "{networkMode: 'awsvpc', containerDefinitions: [{name: 'web', portMappings:"
                        + " [{containerPort: 80, hostPort: 80, protocol: 'tcp'}]}]}"),
                same(
                    "host mode fills in the host port",
                    "{networkMode: 'host', containerDefinitions: [{name: 'web', portMappings: [{containerPort: 80}]}]}",
                    "{networkMode: 'host', containerDefinitions: [{name: 'web', portMappings:"
                        + " [{containerPort: 80, hostPort: 80, protocol: 'tcp'}]}]}")),
            web(
                "health check defaults",
                "healthCheck: {command: ['CMD-SHELL', 'true']}",
                "healthCheck: {command: ['CMD-SHELL', 'true'], interval: 30, timeout: 5, retries: 3}"),
            web(
                "a start period of 0 is none",
                "healthCheck: {command: ['CMD-SHELL', 'true'], startPeriod: 0}",
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
                "ECS runs a log router as user 0",
                "firelensConfiguration: {type: 'fluentbit'}",
                "firelensConfiguration: {type: 'fluentbit'}, user: '0'"),
            webDiffers(
                "only a log router has a default user",
                "image: 'nginx'",
                "image: 'nginx', user: '0'",
                ".user"),
            webDiffers("another user", "user: '1000'", "user: '0'", ".user"),
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
                "linuxParameters: {devices: [{hostPath: '/dev/fuse', permissions: ['write', 'read']}]}"),
            web(
                "a device without permissions may be read, written and created",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse'}]}",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse', permissions: ['read', 'write', 'mknod']}]}"),
            web(
                "a device has the path of the host",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse'}]}",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse', containerPath: '/dev/fuse'}]}"),
            webDiffers(
                "fewer permissions of a device",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse', permissions: ['read']}]}",
                "linuxParameters: {devices: [{hostPath: '/dev/fuse'}]}",
                ".linuxParameters.devices"),
            web(
                "ECS drops pairs without a member",
                "environment: [{}], secrets: [{}, {name: 'A', valueFrom: 'a'}]",
                "environment: [], secrets: [{name: 'A', valueFrom: 'a'}]"),
            webDiffers(
                "a variable with an empty value is a variable",
                "environment: [{name: 'EMPTY', value: ''}]",
                "environment: []",
                ".environment[EMPTY]"))
        .flatMap(pairs -> pairs);
  }

  private static Stream<EquivalencePair> taskPairs() {
    String role = "arn:aws:iam::123456789012:role/service/web";
    return Stream.of(
            Stream.of(
                same("1 vCPU", "{cpu: '1 vCPU', memory: '2GB'}", "{cpu: '1024', memory: '2048'}"),
                same(
                    "0.5 vCPU",
                    "{cpu: '.5 vcpu', memory: '0.5 GB'}",
                    "{cpu: '512', memory: '512'}"),
                same("sizes as numbers", "{cpu: 256, memory: 512}", "{cpu: '256', memory: '512'}"),
                differ(
                    "sizes",
                    "{cpu: '1 vCPU', memory: '2GB'}",
                    "{cpu: '1', memory: '2'}",
                    "cpu",
                    "memory"),
                same(
                    "roles by name",
                    "{taskRoleArn: 'web', executionRoleArn: 'web'}",
                    "{taskRoleArn: '%1$s', executionRoleArn: '%1$s'}".formatted(role)),
                differ(
                    "another role",
                    "{taskRoleArn: 'db'}",
                    "{taskRoleArn: '%s'}".formatted(role),
                    "taskRoleArn"),
                same(
                    "compatibilities are a set",
                    "{requiresCompatibilities: ['EC2', 'FARGATE']}",
                    "{requiresCompatibilities: ['FARGATE', 'EC2']}"),
                same(
                    "tags are pairs",
                    "{tags: [{key: 'a', value: '1'}, {key: 'b', value: '2'}]}",
                    "{tags: [{key: 'b', value: '2'}, {key: 'a', value: '1'}]}"),
                same(
                    "proxy properties are pairs",
                    "{proxyConfiguration: {containerName: 'envoy', properties: [{name: 'ProxyIngressPort', value: '15000'}, {name: 'AppPorts', value: '80'}]}}",
                    "{proxyConfiguration: {containerName: 'envoy', properties: [{name: 'AppPorts', value: '80'}, {name: 'ProxyIngressPort', value: '15000'}]}}"),
                same(
                    "volumes go by name",
                    "{volumes: [{name: 'a'}, {name: 'b', configuredAtLaunch: true}]}",
                    "{volumes: [{name: 'b', configuredAtLaunch: true}, {name: 'a', host: {}, configuredAtLaunch: false}]}"),
                differ(
                    "a directory of the host",
                    "{volumes: [{name: 'a'}]}",
                    "{volumes: [{name: 'a', host: {sourcePath: '/var'}}]}",
                    "volumes[a].host"),
                same(
                    "Fargate's platform where a definition for Fargate names none",
                    "{requiresCompatibilities: ['FARGATE'], containerDefinitions: []}",
                    "{requiresCompatibilities: ['FARGATE'], runtimePlatform: {cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX'}}"),
                same(
                    "a part of Fargate's platform",
                    "{requiresCompatibilities: ['FARGATE'], runtimePlatform: {cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX'}}",
                    "{requiresCompatibilities: ['FARGATE'], runtimePlatform: {cpuArchitecture: 'ARM64'}}"),
                differ(
                    "another architecture on Fargate",
                    "{requiresCompatibilities: ['FARGATE']}",
                    "{requiresCompatibilities: ['FARGATE'], runtimePlatform: {cpuArchitecture: 'ARM64'}}",
                    "runtimePlatform"),
                differ(
                    "instances have no platform by default",
                    "{requiresCompatibilities: ['EC2', 'FARGATE'], runtimePlatform: {cpuArchitecture: 'X86_64'}}",
                    "{requiresCompatibilities: ['EC2', 'FARGATE']}",
                    "runtimePlatform"),
                same("the default network mode", "{networkMode: 'bridge'}", "{}"),
                differ("another network mode", "{networkMode: 'host'}", "{}", "networkMode"),
                same(
                    "the only type of proxy",
                    "{proxyConfiguration: {containerName: 'envoy'}}",
                    "{proxyConfiguration: {type: 'APPMESH', containerName: 'envoy'}}"),
                same("no volumes", "{}", "{volumes: [], placementConstraints: []}")),
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
                    "autoprovision of a shared volume",
                    "{volumes: [{name: 'a', dockerVolumeConfiguration: {scope: 'shared', autoprovision: true}}]}",
                    "{volumes: [{name: 'a', dockerVolumeConfiguration: {scope: 'shared'}}]}",
                    "volumes[a].dockerVolumeConfiguration.autoprovision"),
                differ(
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
}
