package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The tables of all resources that the cache may read or that the operator may write to. */
public final class AwsResources {

  /** A rule and the resource that it is in the table of. */
  record OwnedRule(AwsResource resource, WriteRule rule) {}

  private final Map<String, AwsResource> byName = new LinkedHashMap<>();
  private final Map<String, AwsResource> byArnType = new HashMap<>();
  private final Map<String, OwnedRule> byOperation = new HashMap<>();
  private final AwsResource cluster;

  /**
   * @throws IllegalArgumentException if two tables claim the same name, type of ARN or operation,
   *     or if not exactly one table describes clusters
   */
  public AwsResources(List<AwsResource> tables) {
    for (AwsResource table : tables) {
      putOnce(byName, table.name(), table);
      table.arns().types().forEach(type -> putOnce(byArnType, type, table));
      table
          .writes()
          .forEach(rule -> putOnce(byOperation, rule.operation(), new OwnedRule(table, rule)));
    }
    List<AwsResource> clusters =
        tables.stream().filter(table -> table.isIn(Scope.CLUSTER)).toList();
    if (clusters.size() != 1) {
      throw new IllegalArgumentException("One table has to describe clusters: " + clusters);
    }
    this.cluster = clusters.getFirst();
  }

  private static <T> void putOnce(Map<String, T> map, String key, T value) {
    T before = map.putIfAbsent(key, value);
    if (before != null) {
      throw new IllegalArgumentException(key + " is in two tables: " + before + ", " + value);
    }
  }

  /** In the order in which they were handed in. */
  List<AwsResource> all() {
    return List.copyOf(byName.values());
  }

  /**
   * @throws IllegalArgumentException if no table has that name
   */
  AwsResource named(String name) {
    AwsResource resource = byName.get(name);
    if (resource == null) {
      throw new IllegalArgumentException(
          "No table describes the resource " + name + "; there are " + byName.keySet());
    }
    return resource;
  }

  /** The resource that others live in. */
  AwsResource cluster() {
    return cluster;
  }

  Optional<OwnedRule> rule(String operation) {
    return Optional.ofNullable(byOperation.get(operation));
  }

  /** The resource that an ARN leads to: its description shows what the ARN names. */
  Optional<ResourceRef> ofArn(String arn) {
    return AwsResource.ArnForm.type(arn)
        .map(byArnType::get)
        .flatMap(resource -> resource.refOf(arn));
  }

  /** The resources that change with the one that an event describes. */
  Stream<ResourceRef> affected(ObjectNode detail) {
    return byName.values().stream().flatMap(table -> table.affected().apply(detail).stream());
  }
}
