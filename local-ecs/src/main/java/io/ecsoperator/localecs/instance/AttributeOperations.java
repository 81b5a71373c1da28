package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.DeleteAttributesRequest;
import software.amazon.awssdk.services.ecs.model.DeleteAttributesResponse;
import software.amazon.awssdk.services.ecs.model.ListAttributesRequest;
import software.amazon.awssdk.services.ecs.model.ListAttributesResponse;
import software.amazon.awssdk.services.ecs.model.PutAttributesRequest;
import software.amazon.awssdk.services.ecs.model.PutAttributesResponse;
import software.amazon.awssdk.services.ecs.model.TargetType;

/** PutAttributes, DeleteAttributes and ListAttributes. Container instances are the only targets. */
public final class AttributeOperations {
  private static final int MOST_CHANGED = 10;
  private static final int MOST_CUSTOM = 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.\\\\/-]{1,128}");
  private static final Pattern VALUE =
      Pattern.compile(
          "|[A-Za-z0-9_.@:\\\\/-]|[A-Za-z0-9_.@:\\\\/-][A-Za-z0-9_.@:\\\\/ -]{0,126}[A-Za-z0-9_.@:\\\\/-]");

  private final Clusters clusters;
  private final ContainerInstances instances;

  public AttributeOperations(Clusters clusters, ContainerInstances instances) {
    this.clusters = clusters;
    this.instances = instances;
  }

  public void addTo(OperationTable table) {
    table
        .add(PutAttributesRequest.class, this::put)
        .add(DeleteAttributesRequest.class, this::delete)
        .add(ListAttributesRequest.class, this::list);
  }

  private PutAttributesResponse put(PutAttributesRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    requireSome(request.attributes());
    request.attributes().forEach(AttributeOperations::check);
    List<Attribute> put =
        changed(
            cluster, request.attributes(), (attributes, one) -> attributes.put(one.name(), one));
    return PutAttributesResponse.builder().attributes(put).build();
  }

  private DeleteAttributesResponse delete(DeleteAttributesRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    requireSome(request.attributes());
    List<Attribute> deleted =
        changed(cluster, request.attributes(), (attributes, one) -> attributes.remove(one.name()));
    return DeleteAttributesResponse.builder().attributes(deleted).build();
  }

  /** Changes all targets or none: every target must exist and keep within its limit. */
  private List<Attribute> changed(
      Cluster cluster,
      List<Attribute> wanted,
      BiConsumer<Map<String, Attribute>, Attribute> change) {
    Map<String, Map<String, Attribute>> byTarget = new LinkedHashMap<>();
    List<Attribute> answered =
        wanted.stream()
            .map(
                attribute -> {
                  InstanceState target = target(cluster, attribute);
                  change.accept(
                      byTarget.computeIfAbsent(target.arn(), unknown -> attributesOf(target)),
                      Attribute.builder().name(attribute.name()).value(attribute.value()).build());
                  return withTarget(attribute, target.arn());
                })
            .toList();
    byTarget.values().forEach(AttributeOperations::checkCount);
    byTarget.forEach(
        (arn, attributes) ->
            instances.change(
                cluster.clusterArn(), arn, instance -> instance.withAttributes(attributes)));
    return answered;
  }

  private static Map<String, Attribute> attributesOf(InstanceState instance) {
    Map<String, Attribute> byName = new LinkedHashMap<>();
    instance.facts().attributes().forEach(attribute -> byName.put(attribute.name(), attribute));
    return byName;
  }

  private InstanceState target(Cluster cluster, Attribute attribute) {
    Choice.check("target type", attribute.targetTypeAsString(), List.of(TargetType.values()));
    return Optional.ofNullable(attribute.targetId())
        .flatMap(id -> instances.find(cluster.clusterArn(), instances.arn(cluster, id)))
        .filter(instance -> !instance.facts().status().equals(InstanceState.INACTIVE))
        .orElseThrow(
            () ->
                new EcsError(
                    "TargetNotFoundException",
                    "The specified target wasn't found. You can view your available container"
                        + " instances with ListContainerInstances."));
  }

  private static void requireSome(List<Attribute> attributes) {
    if (attributes.isEmpty()) {
      throw EcsError.invalidParameter("Attributes can not be empty.");
    }
    if (attributes.size() > MOST_CHANGED) {
      throw EcsError.invalidParameter(
          "Attributes cannot have more than " + MOST_CHANGED + " items.");
    }
  }

  private static void check(Attribute attribute) {
    if (attribute.name() == null || !NAME.matcher(attribute.name()).matches()) {
      throw EcsError.invalidParameter("Invalid attribute name: " + attribute.name());
    }
    if (isReserved(attribute)) {
      throw EcsError.invalidParameter(
          "Attribute names that start with " + BuiltIn.PREFIX + " are reserved.");
    }
    if (attribute.value() != null && !VALUE.matcher(attribute.value()).matches()) {
      throw EcsError.invalidParameter("Invalid attribute value: " + attribute.value());
    }
  }

  private static boolean isReserved(Attribute attribute) {
    return attribute.name().startsWith(BuiltIn.PREFIX) || AgentSoftware.isCapability(attribute);
  }

  private static void checkCount(Map<String, Attribute> attributes) {
    if (attributes.values().stream().filter(attribute -> !isReserved(attribute)).count()
        > MOST_CUSTOM) {
      throw new EcsError(
          "AttributeLimitExceededException",
          "You can apply up to " + MOST_CUSTOM + " custom attributes for each resource.");
    }
  }

  private ListAttributesResponse list(ListAttributesRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    if (request.targetTypeAsString() == null) {
      throw EcsError.invalidParameter("Target type can not be blank.");
    }
    Choice.check("target type", request.targetTypeAsString(), List.of(TargetType.values()));
    if (request.attributeValue() != null && request.attributeName() == null) {
      throw EcsError.invalidParameter("An attribute value needs an attribute name.");
    }
    List<Attribute> all =
        instances.registered(cluster.clusterArn()).stream()
            .flatMap(
                instance ->
                    instance.facts().attributes().stream()
                        .filter(attribute -> isWanted(attribute, request))
                        .map(attribute -> withTarget(attribute, instance.arn())))
            .sorted(Comparator.comparing(AttributeOperations::sortKey))
            .toList();
    Page<Attribute> page =
        Page.of(
            all,
            AttributeOperations::sortKey,
            request.maxResults(),
            request.nextToken(),
            Page.Size.HUNDRED);
    return ListAttributesResponse.builder()
        .attributes(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private static String sortKey(Attribute attribute) {
    return attribute.targetId() + " " + attribute.name();
  }

  private static boolean isWanted(Attribute attribute, ListAttributesRequest request) {
    return (request.attributeName() == null || request.attributeName().equals(attribute.name()))
        && (request.attributeValue() == null || request.attributeValue().equals(attribute.value()));
  }

  private static Attribute withTarget(Attribute attribute, String target) {
    return Attribute.builder()
        .name(attribute.name())
        .value(attribute.value())
        .targetId(target)
        .build();
  }
}
