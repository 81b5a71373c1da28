package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.node;
import static io.ecsoperator.operator.Trees.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Specs of services of many kinds, and changes of them. */
final class RandomServices {
  private static final List<String> CAPACITY = List.of("launchType", "capacityProviderStrategy");

  private final RandomGenerator random;
  private final ObjectNode fixed;
  private final String launchType;

  /** What ECS does not change of a service is the same in all specs. */
  RandomServices(RandomGenerator random) {
    this.random = random;
    this.fixed =
        tree(
            one(
                "{}",
                "{}",
                "{}",
                "{}",
                "{deploymentController: {type: 'ECS'}}",
                "{deploymentController: {type: 'CODE_DEPLOY'}}",
                "{deploymentController: {type: 'EXTERNAL'}}",
                "{schedulingStrategy: 'REPLICA'}",
                "{schedulingStrategy: 'DAEMON'}"));
    this.launchType =
        fixed.path("schedulingStrategy").asText().equals("DAEMON")
            ? "EC2"
            : one("FARGATE", "FARGATE", "EC2", "EC2", "EXTERNAL", "MANAGED_INSTANCES");
  }

  /** A spec that ECS accepts for a new service. */
  ObjectNode spec() {
    return accepted(
        () -> {
          ObjectNode spec = any();
          if (CAPACITY.stream().anyMatch(spec::has) && !launchType.equals("EC2")) {
            // A service that leaves capacity providers goes back to the launch type that it had.
            spec.remove(CAPACITY);
            spec.put("launchType", launchType);
          }
          return spec;
        });
  }

  /** The spec with a few changes: members that come, go, or are another value in part. */
  ObjectNode changed(ObjectNode spec) {
    return accepted(
        () -> {
          ObjectNode other = any();
          ObjectNode changed = spec.deepCopy();
          Set<String> names = new LinkedHashSet<>();
          spec.fieldNames().forEachRemaining(names::add);
          other.fieldNames().forEachRemaining(names::add);
          List<String> shuffled = new ArrayList<>(names);
          Collections.shuffle(shuffled, java.util.Random.from(random));
          shuffled.stream().limit(1 + random.nextInt(4)).forEach(name -> mix(changed, other, name));
          return changed;
        });
  }

  private ObjectNode accepted(Supplier<ObjectNode> specs) {
    while (true) {
      ObjectNode spec = specs.get();
      try {
        ModelledService.create(request(spec));
        return spec;
      } catch (ModelledService.Refused refused) {
        // Not what this is about.
      }
    }
  }

  /** A request with what the operator adds. */
  static ObjectNode request(ObjectNode spec) {
    ObjectNode request = spec.deepCopy();
    request.put("serviceName", "web");
    if (!spec.path("schedulingStrategy").asText().equals("DAEMON") && !spec.has("desiredCount")) {
      request.put("desiredCount", 1);
    }
    request
        .withArray("/tags")
        .addObject()
        .put("key", "ecs-operator.io/owner")
        .put("value", ServiceJson.OURS);
    return request;
  }

  private void mix(ObjectNode into, ObjectNode other, String name) {
    JsonNode value = other.path(name);
    if (CAPACITY.contains(name)) {
      into.remove(CAPACITY);
      CAPACITY.stream().filter(other::has).forEach(member -> into.set(member, other.get(member)));
      return;
    }
    if (value.isMissingNode() && name.equals("networkConfiguration")) {
      // ECS has no value that takes it out.
      return;
    }
    if (value.isMissingNode()) {
      into.remove(name);
    } else if (random.nextInt(3) > 0
        && into.path(name) instanceof ObjectNode before
        && value instanceof ObjectNode after) {
      Set<String> members = new LinkedHashSet<>();
      before.fieldNames().forEachRemaining(members::add);
      after.fieldNames().forEachRemaining(members::add);
      members.stream()
          .filter(member -> random.nextInt(3) == 0)
          .forEach(member -> mix(before, after, member));
    } else {
      into.set(name, value.deepCopy());
    }
  }

  private ObjectNode any() {
    ObjectNode spec = fixed.deepCopy();
    String controller = spec.path("deploymentController").path("type").asText("ECS");
    spec.put("cluster", one("main", "arn:aws:ecs:eu-central-1:1:cluster/main"));
    sometimes(spec, "healthCheckGracePeriodSeconds", "0", "30", "60");
    sometimes(spec, "enableECSManagedTags", "true", "false");
    sometimes(spec, "propagateTags", "'NONE'", "'SERVICE'", "'TASK_DEFINITION'");
    sometimes(
        spec,
        "placementStrategy",
        "[]",
        "[{type: 'random'}]",
        "[{type: 'spread', field: 'host'}, {type: 'binpack', field: 'MEMORY'}]",
        "[{type: 'spread', field: 'instanceId'}, {type: 'binpack', field: 'cpu'}]",
        "[{type: 'binpack', field: 'cpu'}, {type: 'spread', field: 'attribute:ecs.availability-zone'}]");
    sometimes(
        spec,
        "placementConstraints",
        "[]",
        "[{type: 'distinctInstance'}]",
        "[{type: 'memberOf', expression: 'attribute:a == b'}, {type: 'distinctInstance'}]");
    if (!spec.path("schedulingStrategy").asText().equals("DAEMON")) {
      sometimes(spec, "desiredCount", "0", "1", "2", "5");
    }
    ArrayNode tags = (ArrayNode) node("[]");
    for (String key : List.of("team", "cost", "empty")) {
      if (random.nextInt(3) == 0) {
        tags.addObject().put("key", key).put("value", one("a", "b", ""));
      }
    }
    if (!tags.isEmpty()) {
      spec.set("tags", tags);
    }
    if (controller.equals("EXTERNAL")) {
      return spec;
    }
    spec.put(
        "taskDefinition",
        one("web:1", "web:2", "web", "arn:aws:ecs:eu-central-1:1:task-definition/web:2"));
    // What else ECS accepts depends on the tasks' capacity, which CodeDeploy alone changes.
    spec.setAll(controller.equals("CODE_DEPLOY") ? tree("{launchType: 'FARGATE'}") : capacity());
    sometimes(spec, "platformVersion", "'LATEST'", "'1.4.0'", "'1.3.0'");
    sometimes(spec, "enableExecuteCommand", "true", "false");
    sometimes(spec, "availabilityZoneRebalancing", "'ENABLED'", "'DISABLED'");
    sometimes(
        spec,
        "monitoring",
        "{metricConfigurations: [{metricNames: ['CPUUtilization'], resolutionSeconds: 20}]}",
        "{metricConfigurations: [{metricNames: ['CPUUtilization', 'MemoryUtilization'], resolutionSeconds: 60}]}");
    sometimes(
        spec,
        "loadBalancers",
        "[]",
        "[{targetGroupArn: 'tg/a', containerName: 'app', containerPort: 80}]",
        "[{targetGroupArn: 'tg/a', containerName: 'app', containerPort: 8080}]",
        "[{loadBalancerName: 'classic', containerName: 'app', containerPort: 80}]",
        "[{targetGroupArn: 'tg/b', containerName: 'app', containerPort: 80}, {targetGroupArn: 'tg/a', containerName: 'app', containerPort: 80}]",
        "[{targetGroupArn: 'tg/a', containerName: 'app', containerPort: 80, advancedConfiguration: {alternateTargetGroupArn: 'tg/b', productionListenerRule: 'rule/1', roleArn: 'role/a'}}]",
        "[{targetGroupArn: 'tg/a', containerName: 'app', containerPort: 80, advancedConfiguration: {alternateTargetGroupArn: 'tg/b', productionListenerRule: 'rule/1', testListenerRule: 'rule/2', roleArn: 'role/a'}}]");
    sometimes(
        spec,
        "serviceRegistries",
        "[]",
        "[{registryArn: 'registry/a'}]",
        "[{registryArn: 'registry/a', containerName: 'app', containerPort: 80}]",
        "[{registryArn: 'registry/b', port: 80}]");
    if (random.nextInt(4) > 0) {
      ObjectNode network = spec.withObject("/networkConfiguration/awsvpcConfiguration");
      always(network, "subnets", "['a']", "['a', 'b']", "['b', 'a']", "['c']");
      sometimes(network, "securityGroups", "[]", "['g']", "['g', 'h']", "['h', 'g']");
      sometimes(network, "assignPublicIp", "'ENABLED'", "'DISABLED'");
    }
    often(spec, "deploymentConfiguration", this::deploymentConfiguration);
    often(spec, "serviceConnectConfiguration", this::serviceConnect);
    sometimes(
        spec,
        "volumeConfigurations",
        "[]",
        "[{name: 'data', managedEBSVolume: {roleArn: 'role/a', sizeInGiB: 5}}]",
        "[{name: 'data', managedEBSVolume: {roleArn: 'role/a', sizeInGiB: 9, encrypted: true, filesystemType: 'ext4', volumeType: 'gp3', iops: 3000}}]",
        "[{name: 'data', managedEBSVolume: {roleArn: 'role/a', sizeInGiB: 5, filesystemType: 'xfs', tagSpecifications: [{resourceType: 'volume'}]}}]",
        "[{name: 'data', managedEBSVolume: {roleArn: 'role/b', sizeInGiB: 5, tagSpecifications: [{resourceType: 'volume', propagateTags: 'SERVICE', tags: [{key: 'a', value: 'b'}]}]}}]",
        "[{name: 'data'}]");
    sometimes(
        spec,
        "vpcLatticeConfigurations",
        "[]",
        "[{roleArn: 'role/a', targetGroupArn: 'lattice/a', portName: 'http'}]",
        "[{roleArn: 'role/a', targetGroupArn: 'lattice/b', portName: 'http'}, {roleArn: 'role/a', targetGroupArn: 'lattice/a', portName: 'http'}]");
    return spec;
  }

  /** A launch type, which ECS cannot change, or a strategy; neither means EC2. */
  private ObjectNode capacity() {
    if (random.nextInt(3) == 0) {
      return tree("{}").put("launchType", launchType);
    }
    return tree(
        one(
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE'}]}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE', base: 1, weight: 1}, {capacityProvider: 'FARGATE_SPOT', weight: 3}]}",
            "{capacityProviderStrategy: [{capacityProvider: 'FARGATE_SPOT', weight: 3, base: 0}, {capacityProvider: 'FARGATE', weight: 1, base: 1}]}",
            "{capacityProviderStrategy: [{capacityProvider: 'group', weight: 0}]}",
            launchType.equals("EC2") ? "{capacityProviderStrategy: []}" : "{launchType: 'EC2'}",
            launchType.equals("EC2") ? "{}" : "{launchType: 'FARGATE'}"));
  }

  private ObjectNode deploymentConfiguration() {
    ObjectNode configuration = tree("{}");
    sometimes(configuration, "maximumPercent", "100", "150", "200");
    sometimes(configuration, "minimumHealthyPercent", "0", "50", "100");
    configuration.setAll(
        tree(
            one(
                "{}",
                "{}",
                "{strategy: 'ROLLING'}",
                "{strategy: 'BLUE_GREEN'}",
                "{strategy: 'LINEAR'}",
                "{strategy: 'LINEAR', linearConfiguration: {stepPercent: 20}}",
                "{strategy: 'LINEAR', linearConfiguration: {stepPercent: 25, stepBakeTimeInMinutes: 1}}",
                "{strategy: 'CANARY', canaryConfiguration: {canaryBakeTimeInMinutes: 3}}",
                "{strategy: 'CANARY', canaryConfiguration: {canaryPercent: 50}}")));
    sometimes(configuration, "bakeTimeInMinutes", "0", "5");
    sometimes(
        configuration,
        "deploymentCircuitBreaker",
        "{enable: true, rollback: true}",
        "{enable: true, rollback: false}",
        "{enable: false, rollback: false}",
        "{enable: true, rollback: true, resetOnHealthyTask: false}",
        "{enable: true, rollback: true, thresholdConfiguration: {type: 'COUNT', value: 7}}",
        "{enable: true, rollback: false, resetOnHealthyTask: true, thresholdConfiguration: {type: 'BOUNDED_PERCENT', value: 50}}");
    sometimes(
        configuration,
        "alarms",
        "{alarmNames: ['a'], enable: true, rollback: true}",
        "{alarmNames: ['a', 'b'], enable: true, rollback: false}",
        "{alarmNames: ['b', 'a'], enable: true, rollback: true}",
        "{alarmNames: [], enable: false, rollback: false}");
    sometimes(
        configuration,
        "lifecycleHooks",
        "[]",
        "[{hookTargetArn: 'lambda/a', roleArn: 'role/a', lifecycleStages: ['PRE_SCALE_UP', 'POST_SCALE_UP']}]",
        "[{hookTargetArn: 'lambda/a', roleArn: 'role/a', lifecycleStages: ['POST_SCALE_UP', 'PRE_SCALE_UP'], hookDetails: {a: 1}}]",
        "[{targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP']}]",
        "[{targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'], timeoutConfiguration: {action: 'CONTINUE'}}, {hookTargetArn: 'lambda/a', roleArn: 'role/b', lifecycleStages: ['PRE_SCALE_UP']}]");
    sometimes(
        configuration,
        "earlySuccessCriteria",
        "{enable: true, healthyPercent: 80}",
        "{enable: true}",
        "{enable: false}");
    return configuration;
  }

  private ObjectNode serviceConnect() {
    if (random.nextInt(6) == 0) {
      return tree("{enabled: false}");
    }
    ObjectNode connect = tree("{enabled: true}");
    sometimes(
        connect,
        "namespace",
        "'alpha'",
        "'beta'",
        "'arn:aws:servicediscovery:eu-central-1:1:namespace/ns-alpha'");
    sometimes(
        connect,
        "services",
        "[]",
        "[{portName: 'http'}]",
        "[{portName: 'http', clientAliases: [{port: 80}]}]",
        "[{portName: 'http', discoveryName: 'web', clientAliases: [{port: 80}, {port: 81, dnsName: 'old.web'}]}]",
        "[{portName: 'http', clientAliases: [{port: 80, dnsName: 'web'}], timeout: {idleTimeoutSeconds: 5}}, {portName: 'grpc'}]",
        "[{portName: 'http', clientAliases: [{port: 80, testTrafficRules: {header: {name: 'x', value: {exact: 'y'}}}}], tls: {issuerCertificateAuthority: {awsPcaAuthorityArn: 'pca/a'}, roleArn: 'role/a'}}]",
        "[{portName: 'http', ingressPortOverride: 9000, timeout: {idleTimeoutSeconds: 5, perRequestTimeoutSeconds: 9}}]");
    sometimes(
        connect,
        "logConfiguration",
        "{logDriver: 'awslogs'}",
        "{logDriver: 'awslogs', options: {'awslogs-group': 'a', 'awslogs-region': 'b'}}",
        "{logDriver: 'splunk', options: {a: 'b'}, secretOptions: [{name: 'token', valueFrom: 'secret/a'}]}",
        "{logDriver: 'splunk', secretOptions: [{name: 'token', valueFrom: 'secret/a'}, {name: 'other', valueFrom: 'secret/b'}]}");
    sometimes(
        connect,
        "accessLogConfiguration",
        "{format: 'TEXT'}",
        "{format: 'JSON', includeQueryParameters: 'ENABLED'}",
        "{format: 'JSON', includeQueryParameters: 'DISABLED'}");
    return connect;
  }

  private void often(ObjectNode spec, String member, Supplier<ObjectNode> value) {
    if (random.nextInt(3) > 0) {
      spec.set(member, value.get());
    }
  }

  private void sometimes(ObjectNode parent, String member, String... values) {
    if (random.nextInt(5) < 2) {
      always(parent, member, values);
    }
  }

  private void always(ObjectNode parent, String member, String... values) {
    parent.set(member, node(one(values)));
  }

  private String one(String... values) {
    return values[random.nextInt(values.length)];
  }
}
