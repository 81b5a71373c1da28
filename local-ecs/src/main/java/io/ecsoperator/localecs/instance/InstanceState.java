package io.ecsoperator.localecs.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.Resource;

/**
 * A container instance and the reservations of its tasks.
 *
 * @param facts the instance as ECS shows it, without counts, remaining resources and tags
 * @param reservations the reservations of tasks that are not STOPPED, by task ARN
 * @param networkInterfaces the number of network interfaces for tasks in awsvpc mode
 */
public record InstanceState(
    String clusterArn,
    ContainerInstance facts,
    SortedMap<String, ResourceReservation> reservations,
    int networkInterfaces) {
  public static final String ACTIVE = "ACTIVE";
  public static final String DRAINING = "DRAINING";
  public static final String INACTIVE = "INACTIVE";

  static final String CPU = "CPU";
  static final String MEMORY = "MEMORY";
  static final String GPU = "GPU";
  static final String PORTS = "PORTS";
  static final String PORTS_UDP = "PORTS_UDP";

  public InstanceState {
    reservations = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(reservations));
  }

  public String arn() {
    return facts.containerInstanceArn();
  }

  public boolean isActive() {
    return facts.status().equals(ACTIVE);
  }

  public boolean isDraining() {
    return facts.status().equals(DRAINING);
  }

  /** Whether tasks can be started on it: it is ACTIVE and its agent is connected. */
  public boolean isUsable() {
    return isActive() && facts.agentConnected();
  }

  /** The value of an attribute; empty text for an attribute without a value. */
  public Optional<String> attribute(String name) {
    return facts.attributes().stream()
        .filter(attribute -> attribute.name().equals(name))
        .map(attribute -> attribute.value() == null ? "" : attribute.value())
        .findFirst();
  }

  public Optional<String> availabilityZone() {
    return attribute(BuiltIn.ZONE);
  }

  public int count(ResourceReservation.Phase phase) {
    return (int) reservations.values().stream().filter(task -> task.phase() == phase).count();
  }

  /** The number of its tasks in the group. */
  public int tasksOf(String group) {
    return (int) reservations.values().stream().filter(task -> task.group().equals(group)).count();
  }

  public int remainingCpu() {
    return number(CPU) - held().cpu();
  }

  public int remainingMemory() {
    return number(MEMORY) - held().memory();
  }

  private Demand held() {
    return Demand.sum(reservations.values().stream().map(ResourceReservation::demand).toList());
  }

  /**
   * The first resource that does not suffice for the demand, as RunTask names it; empty when all
   * suffice.
   */
  Optional<String> lacking(Demand demand) {
    Demand held = held();
    if (number(CPU) - held.cpu() < demand.cpu()) {
      return Optional.of("RESOURCE:CPU");
    }
    if (number(MEMORY) - held.memory() < demand.memory()) {
      return Optional.of("RESOURCE:MEMORY");
    }
    if (isTaken(PORTS, held.tcpPorts(), demand.tcpPorts())
        || isTaken(PORTS_UDP, held.udpPorts(), demand.udpPorts())) {
      return Optional.of("RESOURCE:PORTS");
    }
    if (strings(GPU).size() - held.gpus() < demand.gpus()) {
      return Optional.of("RESOURCE:GPU");
    }
    return networkInterfaces - held.networkInterfaces() < demand.networkInterfaces()
        ? Optional.of("RESOURCE:ENI")
        : Optional.empty();
  }

  private boolean isTaken(String resource, Set<Integer> held, Set<Integer> wanted) {
    return wanted.stream()
        .anyMatch(port -> held.contains(port) || strings(resource).contains(port.toString()));
  }

  /** The required attributes that it lacks or has with another value. */
  List<Attribute> missing(List<Attribute> required) {
    return required.stream()
        .filter(
            wanted ->
                attribute(wanted.name())
                    .filter(value -> wanted.value() == null || wanted.value().equals(value))
                    .isEmpty())
        .toList();
  }

  /**
   * The instance as ECS shows it, with counts and remaining resources. Port resources list the
   * ports in use.
   */
  public ContainerInstance shown() {
    Demand held = held();
    return facts.toBuilder()
        .remainingResources(
            facts.registeredResources().stream().map(total -> remaining(total, held)).toList())
        .runningTasksCount(count(ResourceReservation.Phase.RUNNING))
        .pendingTasksCount(count(ResourceReservation.Phase.PENDING))
        .build();
  }

  private static Resource remaining(Resource total, Demand held) {
    return switch (total.name()) {
      case CPU -> total.toBuilder().integerValue(total.integerValue() - held.cpu()).build();
      case MEMORY -> total.toBuilder().integerValue(total.integerValue() - held.memory()).build();
      case PORTS -> withPorts(total, held.tcpPorts());
      case PORTS_UDP -> withPorts(total, held.udpPorts());
      case GPU -> {
        List<String> all = total.stringSetValue();
        yield total.toBuilder()
            .stringSetValue(List.copyOf(all.subList(Math.min(held.gpus(), all.size()), all.size())))
            .build();
      }
      default -> total;
    };
  }

  private static Resource withPorts(Resource total, Set<Integer> held) {
    List<String> ports = new ArrayList<>(total.stringSetValue());
    SortedSet<Integer> sorted = new TreeSet<>(held);
    sorted.stream().map(String::valueOf).filter(port -> !ports.contains(port)).forEach(ports::add);
    return total.toBuilder().stringSetValue(ports).build();
  }

  private int number(String resource) {
    return resource(resource).map(Resource::integerValue).orElse(0);
  }

  private List<String> strings(String resource) {
    return resource(resource).map(Resource::stringSetValue).orElse(List.of());
  }

  private Optional<Resource> resource(String name) {
    return facts.registeredResources().stream()
        .filter(resource -> resource.name().equals(name))
        .findFirst();
  }

  /** ECS raises the version by one with every change that it reports. */
  InstanceState with(ContainerInstance changed) {
    return new InstanceState(
        clusterArn,
        changed.toBuilder().version(facts.version() + 1).build(),
        reservations,
        networkInterfaces);
  }

  InstanceState with(String taskArn, ResourceReservation reservation) {
    SortedMap<String, ResourceReservation> more = new TreeMap<>(reservations);
    more.put(taskArn, reservation);
    return new InstanceState(clusterArn, facts, more, networkInterfaces).with(facts);
  }

  InstanceState without(String taskArn) {
    Map<String, ResourceReservation> fewer = new TreeMap<>(reservations);
    fewer.remove(taskArn);
    return new InstanceState(clusterArn, facts, new TreeMap<>(fewer), networkInterfaces)
        .with(facts);
  }

  InstanceState withAttributes(Map<String, Attribute> attributes) {
    return with(
        facts.toBuilder()
            .attributes(attributes.values().stream().collect(Collectors.toList()))
            .build());
  }
}
