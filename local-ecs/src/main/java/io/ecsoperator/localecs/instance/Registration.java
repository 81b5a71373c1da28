package io.ecsoperator.localecs.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.RegisterContainerInstanceRequest;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.VersionInfo;

/** Builds container instances from registrations. */
final class Registration {
  private static final InstanceType STANDARD = InstanceType.named("m5.large");

  private final Scope scope;
  private final World world;
  private final ObjectMapper mapper = new ObjectMapper();

  Registration(Scope scope, World world) {
    this.scope = scope;
    this.world = world;
  }

  /** The parts of an EC2 identity document that local-ecs reads. */
  private record Identity(Optional<String> id, Optional<String> zone, InstanceType type) {}

  /**
   * An instance that registers through its agent. Members that the request leaves out come from the
   * instance type.
   */
  InstanceState of(Cluster cluster, RegisterContainerInstanceRequest request) {
    Identity identity = identity(request.instanceIdentityDocument());
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    builtIn(identity, attributes);
    if (request.attributes().stream().noneMatch(AgentSoftware::isCapability)) {
      AgentSoftware.capabilities()
          .forEach(attribute -> attributes.put(attribute.name(), attribute));
    }
    request.attributes().forEach(attribute -> attributes.put(attribute.name(), attribute));
    InstanceType type =
        Optional.ofNullable(attributes.get(BuiltIn.INSTANCE_TYPE))
            .map(Attribute::value)
            .flatMap(Registration::type)
            .orElse(identity.type());
    return instance(
        cluster,
        identity.id().orElseGet(this::newInstanceId),
        attributes,
        request.hasTotalResources() && !request.totalResources().isEmpty()
            ? request.totalResources()
            : resources(type),
        type,
        request.versionInfo() == null ? AgentSoftware.CURRENT : request.versionInfo(),
        Optional.empty());
  }

  /** A simulated instance with the resources of its type. */
  InstanceState simulated(Cluster cluster, NewInstance wanted) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    Identity identity =
        new Identity(Optional.of(newInstanceId()), Optional.of(wanted.zone()), wanted.type());
    builtIn(identity, attributes);
    AgentSoftware.capabilities().forEach(attribute -> attributes.put(attribute.name(), attribute));
    wanted
        .attributes()
        .forEach(
            (name, value) ->
                attributes.put(name, Attribute.builder().name(name).value(value).build()));
    VersionInfo version =
        wanted
            .agentVersion()
            .map(number -> AgentSoftware.CURRENT.toBuilder().agentVersion(number).build())
            .orElse(AgentSoftware.CURRENT);
    return instance(
        cluster,
        identity.id().orElseThrow(),
        attributes,
        resources(wanted.type()),
        wanted.type(),
        version,
        wanted.capacityProvider());
  }

  private InstanceState instance(
      Cluster cluster,
      String ec2InstanceId,
      Map<String, Attribute> attributes,
      List<Resource> resources,
      InstanceType type,
      VersionInfo version,
      Optional<String> capacityProvider) {
    String arn =
        scope.arn(
            "container-instance/"
                + cluster.clusterName()
                + "/"
                + String.format(
                    "%016x%016x", world.random().nextLong(), world.random().nextLong()));
    return new InstanceState(
        cluster.clusterArn(),
        ContainerInstance.builder()
            .containerInstanceArn(arn)
            .ec2InstanceId(ec2InstanceId)
            .capacityProviderName(capacityProvider.orElse(null))
            .version(1L)
            .versionInfo(version)
            .registeredResources(resources)
            .status(InstanceState.ACTIVE)
            .agentConnected(true)
            .attributes(List.copyOf(attributes.values()))
            .attachments(List.of())
            .registeredAt(world.now())
            .build(),
        new TreeMap<>(),
        type.networkInterfaces());
  }

  private String newInstanceId() {
    return String.format("i-0%016x", world.random().nextLong());
  }

  private Identity identity(@Nullable String document) {
    if (document == null || document.isEmpty()) {
      return new Identity(Optional.empty(), Optional.empty(), STANDARD);
    }
    try {
      JsonNode json = mapper.readTree(document);
      return new Identity(
          text(json, "instanceId"),
          text(json, "availabilityZone"),
          text(json, "instanceType").flatMap(Registration::type).orElse(STANDARD));
    } catch (JsonProcessingException e) {
      throw EcsError.client(
          "Container instance registration failed: the identity document is not valid.");
    }
  }

  private static Optional<String> text(JsonNode json, String member) {
    return Optional.ofNullable(json.get(member)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  private static Optional<InstanceType> type(String name) {
    try {
      return Optional.of(InstanceType.named(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void builtIn(Identity identity, Map<String, Attribute> attributes) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(BuiltIn.ZONE, identity.zone().orElse(scope.region() + "a"));
    values.put(BuiltIn.INSTANCE_TYPE, identity.type().name());
    values.put(BuiltIn.ARCHITECTURE, identity.type().architecture());
    values.put(BuiltIn.OS_TYPE, "linux");
    values.put(BuiltIn.OS_FAMILY, "LINUX");
    values.forEach(
        (name, value) -> attributes.put(name, Attribute.builder().name(name).value(value).build()));
  }

  private static List<Resource> resources(InstanceType type) {
    Resource cpu = number(InstanceState.CPU, type.cpu());
    Resource memory = number(InstanceState.MEMORY, type.memory());
    Resource ports = strings(InstanceState.PORTS, AgentSoftware.PORTS);
    Resource udp = strings(InstanceState.PORTS_UDP, List.of());
    if (type.gpus() == 0) {
      return List.of(cpu, memory, ports, udp);
    }
    return List.of(
        cpu,
        memory,
        ports,
        udp,
        strings(
            InstanceState.GPU,
            IntStream.range(0, type.gpus()).mapToObj(number -> "GPU-" + number).toList()));
  }

  private static Resource number(String name, int value) {
    return Resource.builder()
        .name(name)
        .type("INTEGER")
        .doubleValue(0.0)
        .longValue(0L)
        .integerValue(value)
        .build();
  }

  private static Resource strings(String name, List<String> values) {
    return Resource.builder()
        .name(name)
        .type("STRINGSET")
        .doubleValue(0.0)
        .longValue(0L)
        .integerValue(0)
        .stringSetValue(values)
        .build();
  }
}
