package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.Trees.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Specs of task definitions as teams write them, and other forms of the same definition. */
final class RandomDefinitions {
  private static final String ROLE = "arn:aws:iam::123456789012:role/";

  private final Random random;

  RandomDefinitions(Random random) {
    this.random = random;
  }

  /** A spec that ECS accepts. */
  ObjectNode spec(String family) {
    List<String> members = new ArrayList<>();
    members.add("family: '" + family + "'");
    members.add("executionRoleArn: '" + ROLE + "ecs'");
    members.addAll(some("taskRoleArn: '" + ROLE + "web'", "enableFaultInjection: true"));
    members.addAll(some("tags: [{key: 'team', value: 'shop'}, {key: 'stage', value: ''}]"));
    switch (random.nextInt(10)) {
      case 0, 1 -> fargateWeb(members);
      case 2 -> fargateWithLogRouter(members);
      case 3 -> fargateWithVolumes(members);
      case 4 -> bridgeOnInstances(members);
      case 5 -> gpuOnInstances(members);
      case 6 -> windows(members);
      case 7 -> behindProxy(members);
      case 8 -> agentOfEachInstance(members);
      default -> job(members);
    }
    return tree("{" + String.join(", ", members) + "}");
  }

  private void fargateWeb(List<String> members) {
    members.add(fargate());
    members.addAll(some("ephemeralStorage: {sizeInGiB: 30}"));
    members.addAll(
        some(
            one(
                "runtimePlatform: {cpuArchitecture: 'ARM64'}",
                "runtimePlatform: {cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX'}")));
    members.add(
        containers(
            container("web", "portMappings: [" + ports("http") + "]", healthCheck(), logs()),
            container(
                "metrics",
                "essential: false",
                "dependsOn: [{containerName: 'web', condition: 'START'}]",
                "restartPolicy: {enabled: true"
                    + one("", ", ignoredExitCodes: [0, 143]", ", restartAttemptPeriod: 60")
                    + "}")));
  }

  private void fargateWithLogRouter(List<String> members) {
    members.add(fargate());
    members.add(
        containers(
            container(
                "web",
                "portMappings: [" + ports("http") + "]",
                "logConfiguration: {logDriver: 'awsfirelens', options: {Name: 'cloudwatch', region:"
                    + " 'eu-central-1'}, secretOptions: [{name: 'key', valueFrom: 'log-key'}]}"),
            container(
                "router",
                one("memoryReservation: 50", "memoryReservation: 64"),
                "firelensConfiguration: {type: 'fluentbit', options: {'enable-ecs-log-metadata':"
                    + " 'true'}}",
                logs())));
  }

  private void fargateWithVolumes(List<String> members) {
    members.add(fargate());
    members.add(
        "volumes: [{name: 'shared', efsVolumeConfiguration: {fileSystemId: 'fs-12345678'"
            + one(
                "",
                ", rootDirectory: '/data', transitEncryption: 'ENABLED'",
                ", transitEncryption: 'ENABLED', authorizationConfig: {accessPointId: 'fsap-1', iam:"
                    + " 'ENABLED'}")
            + "}}, {name: 'scratch'}, {name: 'disk', configuredAtLaunch: true}]");
    members.add(
        containers(
            container(
                "web",
                "mountPoints: [{sourceVolume: 'shared', containerPath: '/data'}, {sourceVolume:"
                    + " 'scratch', containerPath: '/tmp', readOnly: false}, {sourceVolume: 'disk',"
                    + " containerPath: '/disk'}]",
                "readonlyRootFilesystem: true",
                logs()),
            container("sync", "volumesFrom: [{sourceContainer: 'web', readOnly: true}]")));
  }

  private void bridgeOnInstances(List<String> members) {
    members.addAll(some("networkMode: 'bridge'", "requiresCompatibilities: ['EC2']"));
    members.addAll(
        some(
            "placementConstraints: [{type: 'memberOf', expression: 'attribute:ecs.instance-type =~"
                + " m5.*'}]"));
    members.add(
        "volumes: [{name: 'run', host: {sourcePath: '/var/run'}}, {name: 'cache',"
            + " dockerVolumeConfiguration: {"
            + one(
                "",
                "scope: 'shared', autoprovision: true",
                "driver: 'rexray/ebs', driverOpts: {size: '5'}")
            + "}}]");
    members.add(
        containers(
            container(
                "web",
                "portMappings: [" + ports("http") + "]",
                "links: ['cache']",
                "dockerLabels: {'com.example/team': 'shop', empty: ''}",
                "ulimits: [{name: 'nofile', softLimit: 65535, hardLimit: 65535}, {name: 'core',"
                    + " softLimit: 0, hardLimit: 0}]",
                "mountPoints: [{sourceVolume: 'run', containerPath: '/var/run', readOnly: true}]",
                linux()),
            container("cache", "hostname: 'cache'", "dnsServers: ['10.0.0.2', '10.0.0.3']")));
  }

  private void gpuOnInstances(List<String> members) {
    members.addAll(some("ipcMode: 'host'"));
    members.add(
        containers(
            container(
                "train",
                "resourceRequirements: [{type: 'GPU', value: '1'}]",
                "linuxParameters: {sharedMemorySize: 1024, devices: [{hostPath: '/dev/fuse'"
                    + one("", ", permissions: ['read', 'write']")
                    + "}]}",
                "command: ['python', 'train.py', '']")));
  }

  private void windows(List<String> members) {
    members.add(
        "requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '1024', memory: '2048',"
            + " runtimePlatform: {operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE', cpuArchitecture:"
            + " 'X86_64'}");
    members.add(containers(container("iis", "portMappings: [" + ports("http") + "]", logs())));
  }

  private void behindProxy(List<String> members) {
    members.add(fargate());
    members.add(
        "proxyConfiguration: {type: 'APPMESH', containerName: 'envoy', properties: [{name: 'AppPorts',"
            + " value: '80'}, {name: 'IgnoredUID', value: '1337'}, {name: 'EgressIgnoredIPs', value:"
            + " '169.254.170.2,169.254.169.254'}]}");
    members.add(
        containers(
            container(
                "web",
                "portMappings: [" + ports("http") + "]",
                "dependsOn: [{containerName: 'envoy', condition: 'HEALTHY'}]"),
            container("envoy", "user: '1337'", healthCheck(), logs())));
  }

  private void agentOfEachInstance(List<String> members) {
    members.add("networkMode: 'host', requiresCompatibilities: ['EC2']");
    members.addAll(some("pidMode: 'host'"));
    members.add(
        "volumes: [{name: 'docker', host: {sourcePath: '/var/run/docker.sock'}}, {name: 'proc', host:"
            + " {sourcePath: '/proc'}}]");
    members.add(
        containers(
            container(
                "agent",
                "privileged: true",
                "portMappings: [{containerPort: 8125, protocol: 'udp'}, {containerPort: 8126}]",
                "mountPoints: [{sourceVolume: 'docker', containerPath: '/var/run/docker.sock'},"
                    + " {sourceVolume: 'proc', containerPath: '/host/proc', readOnly: true}]",
                linux())));
  }

  private void job(List<String> members) {
    members.add(fargate());
    members.add(
        containers(
            container(
                "migrate",
                "command: ['sh', '-c', 'migrate up']",
                "entryPoint: []",
                "stopTimeout: 120",
                "versionConsistency: 'disabled'",
                logs()),
            container(
                "wait",
                "essential: false",
                "environmentFiles: [{type: 's3', value: 'arn:aws:s3:::config/web.env'}]")));
  }

  private String fargate() {
    return "requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', "
        + one(
            "cpu: '256', memory: '512'",
            "cpu: '1024', memory: '2048'",
            "cpu: '4096', memory: '8192'");
  }

  private static String containers(String... all) {
    return "containerDefinitions: [" + String.join(", ", all) + "]";
  }

  private String container(String name, String... members) {
    List<String> all = new ArrayList<>(List.of(members));
    all.add(0, "name: '" + name + "', image: 'example.com/shop/" + name + ":1'");
    if (all.stream().noneMatch(member -> member.startsWith("memoryReservation"))) {
      all.add(one("memory: 128", "memoryReservation: 128", "memory: 256, memoryReservation: 128"));
    }
    all.addAll(some("cpu: 10", "workingDirectory: '/app'"));
    all.addAll(
        some(
            "environment: [" + pairs("value", "MODE", "EMPTY", "URL") + "]",
            "secrets: [" + pairs("valueFrom", "TOKEN", "PASSWORD") + "]"));
    all.addAll(some("repositoryCredentials: {credentialsParameter: 'registry'}"));
    return "{" + String.join(", ", all) + "}";
  }

  private String pairs(String member, String... names) {
    return String.join(
        ", ",
        IntStream.range(0, 1 + random.nextInt(names.length))
            .mapToObj(
                n ->
                    "{name: '%s', %s: '%s'}"
                        .formatted(names[n], member, names[n].equals("EMPTY") ? "" : "v" + n))
            .toList());
  }

  private String ports(String name) {
    return one(
        "{containerPort: 80}",
        "{containerPort: 80, name: '%s', appProtocol: 'http'}".formatted(name),
        "{containerPort: 8080, protocol: 'tcp'}, {containerPort: 9090}");
  }

  private String healthCheck() {
    return "healthCheck: {command: ['CMD-SHELL', 'true']"
        + one("", ", interval: 10", ", startPeriod: 30, retries: 5", ", timeout: 5, interval: 30")
        + "}";
  }

  private String logs() {
    return "logConfiguration: {logDriver: 'awslogs', options: {'awslogs-group': '/ecs/web',"
        + " 'awslogs-region': 'eu-central-1', 'awslogs-stream-prefix': 'web'"
        + one("", ", mode: 'non-blocking', 'max-buffer-size': '25m'")
        + "}}";
  }

  private String linux() {
    return one(
        "linuxParameters: {initProcessEnabled: true}",
        "linuxParameters: {capabilities: {drop: ['ALL']}}",
        "linuxParameters: {capabilities: {add: ['SYS_PTRACE', 'NET_ADMIN'], drop: ['MKNOD']}}",
        "linuxParameters: {tmpfs: [{containerPath: '/run', size: 64, mountOptions: ['rw',"
            + " 'noexec']}]}");
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private List<String> some(String... choices) {
    return List.of(choices).stream().filter(choice -> random.nextBoolean()).toList();
  }

  /** The same definition in another form: what ECS fills in is written, and sets are shuffled. */
  ObjectNode rewritten(ObjectNode spec) {
    ObjectNode other = spec.deepCopy();
    boolean sharedPorts = List.of("awsvpc", "host").contains(spec.path("networkMode").asText());
    size(other, "cpu", " vCPU");
    size(other, "memory", " GB");
    shuffle(other.path("containerDefinitions"));
    shuffle(other.path("volumes"));
    shuffle(other.path("tags"));
    shuffle(other.at("/proxyConfiguration/properties"));
    for (JsonNode node : other.path("containerDefinitions")) {
      ObjectNode container = (ObjectNode) node;
      putIfAbsent(container, "essential", "true");
      putIfAbsent(container, "cpu", "0");
      for (String list : List.of("environment", "secrets", "portMappings", "links", "ulimits")) {
        putIfAbsent(container, list, "[]");
        shuffle(container.get(list));
      }
      for (String list : List.of("command", "dependsOn", "mountPoints", "volumesFrom")) {
        putIfAbsent(container, list, "[]");
      }
      container.path("portMappings").forEach(port -> fillIn((ObjectNode) port, sharedPorts));
      if (container.path("healthCheck") instanceof ObjectNode check) {
        putIfAbsent(check, "interval", "30");
        putIfAbsent(check, "timeout", "5");
        putIfAbsent(check, "retries", "3");
      }
      if (container.has("firelensConfiguration")) {
        container.put("user", "0");
      }
      shuffle(container.at("/linuxParameters/capabilities/add"));
    }
    return other;
  }

  private static void fillIn(ObjectNode port, boolean shared) {
    putIfAbsent(port, "protocol", "'tcp'");
    putIfAbsent(port, "hostPort", shared ? port.path("containerPort").asText() : "0");
  }

  private static void size(ObjectNode spec, String member, String unit) {
    if (spec.has(member)) {
      spec.put(member, spec.path(member).asInt() / 1024.0 + unit);
    }
  }

  private static void putIfAbsent(ObjectNode object, String member, String value) {
    if (!object.has(member)) {
      object.set(member, tree("{value: " + value + "}").get("value"));
    }
  }

  private void shuffle(JsonNode list) {
    if (list instanceof ArrayNode array) {
      List<JsonNode> items = new ArrayList<>();
      array.forEach(items::add);
      Collections.shuffle(items, random);
      array.removeAll();
      array.addAll(items);
    }
  }

  /** The definition with another image, or without one of its members. */
  ObjectNode changed(ObjectNode spec) {
    ObjectNode other = spec.deepCopy();
    ObjectNode first = (ObjectNode) other.at("/containerDefinitions/0");
    List<String> removable =
        List.of("environment", "secrets", "healthCheck", "logConfiguration", "workingDirectory")
            .stream()
            .filter(first::has)
            .filter(member -> isRemovable(spec, member))
            .toList();
    if (removable.isEmpty() || random.nextBoolean()) {
      first.put("image", first.path("image").asText().replace(":1", ":2"));
    } else {
      first.remove(removable.get(random.nextInt(removable.size())));
    }
    return other;
  }

  /** A container that another one waits for keeps its health check. */
  private static boolean isRemovable(ObjectNode spec, String member) {
    return !member.equals("healthCheck") || !spec.has("proxyConfiguration");
  }
}
