package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.Equivalences.Equivalence;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.FieldPath;
import io.ecsoperator.plan.Tree;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Properties of every pair of services. */
class ServicePropertiesTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A few values of every field that UpdateService can set; none of them is a reset value. */
  private static final Map<String, List<String>> SERVICE_FIELDS =
      Map.ofEntries(
          Map.entry("desiredCount", List.of("1", "2")),
          Map.entry("taskDefinition", List.of("'web:1'", "'web:2'")),
          Map.entry("availabilityZoneRebalancing", List.of("'ENABLED'", "'DISABLED'")),
          Map.entry("platformVersion", List.of("'1.3.0'", "'1.4.0'")),
          Map.entry("propagateTags", List.of("'SERVICE'", "'TASK_DEFINITION'")),
          Map.entry("healthCheckGracePeriodSeconds", List.of("30", "60.0")),
          Map.entry("enableExecuteCommand", List.of("true")),
          Map.entry("enableECSManagedTags", List.of("true")),
          Map.entry(
              "placementStrategy",
              List.of("[{type: 'random'}]", "[{type: 'spread', field: 'host'}]")),
          Map.entry("placementConstraints", List.of("[{type: 'distinctInstance'}]")),
          Map.entry(
              "loadBalancers",
              List.of(
                  "[{targetGroupArn: 'a', containerPort: 1}, {targetGroupArn: 'b'}]",
                  "[{targetGroupArn: 'b'}]")),
          Map.entry("serviceRegistries", List.of("[{registryArn: 'a'}]")),
          Map.entry("vpcLatticeConfigurations", List.of("[{portName: 'a'}, {portName: 'b'}]")),
          Map.entry(
              "capacityProviderStrategy",
              List.of(
                  "[{capacityProvider: 'a'}, {capacityProvider: 'b', weight: 1}]",
                  "[{capacityProvider: 'b'}]")),
          Map.entry(
              "networkConfiguration.awsvpcConfiguration.subnets", List.of("['a', 'b']", "['c']")),
          Map.entry(
              "networkConfiguration.awsvpcConfiguration.securityGroups",
              List.of("['a', 'b']", "['b']")),
          Map.entry(
              "networkConfiguration.awsvpcConfiguration.assignPublicIp", List.of("'ENABLED'")),
          Map.entry("deploymentConfiguration.maximumPercent", List.of("110", "150")),
          Map.entry("deploymentConfiguration.minimumHealthyPercent", List.of("0", "50")),
          Map.entry("deploymentConfiguration.strategy", List.of("'BLUE_GREEN'", "'CANARY'")),
          Map.entry("deploymentConfiguration.bakeTimeInMinutes", List.of("5")),
          Map.entry("deploymentConfiguration.deploymentCircuitBreaker.enable", List.of("true")),
          Map.entry("deploymentConfiguration.deploymentCircuitBreaker.rollback", List.of("true")),
          Map.entry(
              "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask",
              List.of("false")),
          Map.entry("deploymentConfiguration.alarms.alarmNames", List.of("['a', 'b']", "['c']")),
          Map.entry("deploymentConfiguration.alarms.enable", List.of("true")),
          Map.entry(
              "deploymentConfiguration.lifecycleHooks",
              List.of("[{hookTargetArn: 'a', lifecycleStages: ['x', 'y']}, {hookTargetArn: 'b'}]")),
          Map.entry("serviceConnectConfiguration.enabled", List.of("true")),
          Map.entry("serviceConnectConfiguration.namespace", List.of("'a'", "'b'")),
          Map.entry(
              "serviceConnectConfiguration.services",
              List.of("[{portName: 'a'}, {portName: 'b'}]", "[{portName: 'b'}]")),
          Map.entry(
              "serviceConnectConfiguration.logConfiguration.options[mode]", List.of("'a'", "''")),
          Map.entry(
              "volumeConfigurations[data]",
              List.of(
                  "{name: 'data', managedEBSVolume: {sizeInGiB: 5}}",
                  "{name: 'data', managedEBSVolume: {iops: 9}}")),
          Map.entry("tags[team]", List.of("'a'", "'b'", "''")),
          Map.entry("tags[cost]", List.of("'a'")));

  /** Fields without a reset value. */
  private static final Set<String> RELEASED =
      Set.of("desiredCount", "taskDefinition", "availabilityZoneRebalancing");

  private final Differ differ = new Differ();
  private final UpdateRequests requests = new UpdateRequests();
  private final ServiceUpdate update = new ServiceUpdate();
  private final Tree tree = new Tree(ServiceSchema.SCHEMA.equivalences());

  @Provide
  Arbitrary<ObjectNode> services() {
    List<Arbitrary<Map.Entry<FieldPath, JsonNode>>> fields =
        SERVICE_FIELDS.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                field ->
                    Arbitraries.of(field.getValue())
                        .map(text -> Map.entry(FieldPath.parse(field.getKey()), node(text))))
            .toList();
    return Arbitraries.subsetOf(fields)
        .flatMap(chosen -> Combinators.combine(List.copyOf(chosen)).as(List::copyOf))
        .map(
            chosen -> {
              ObjectNode service = NODES.objectNode();
              chosen.forEach(
                  field -> tree.set(service, field.getKey(), field.getValue().deepCopy()));
              return service;
            });
  }

  @Property(tries = 500)
  void afterItsUpdateAServiceDoesNotDiffer(
      @ForAll("services") ObjectNode before,
      @ForAll("services") ObjectNode drift,
      @ForAll("services") ObjectNode after) {
    ObjectNode observed = before.deepCopy();
    observed.setAll(drift.deepCopy());
    List<String> applied = AppliedPaths.of(ServiceSchema.SCHEMA, before);
    List<FieldChange> changes =
        differ.diff(ServiceSchema.SCHEMA, after, observed, applied, List.of());

    ObjectNode request = update.members(comparison(after, observed, changes));
    ObjectNode updated = updateService(observed, request);
    if (request.has("capacityProviderStrategy") && !after.has("platformVersion")) {
      // Without capacity providers of Fargate, ECS shows none.
      updated.remove("platformVersion");
    }
    tag(updated, requests.tags(changes));

    assertThat(differ.diff(ServiceSchema.SCHEMA, after, updated, applied, List.of())).isEmpty();
  }

  @Property(tries = 300)
  void anUpdateCarriesNothingThatHasNotChanged(
      @ForAll("services") ObjectNode observed, @ForAll("services") ObjectNode after) {
    List<FieldChange> changes =
        differ.diff(
            ServiceSchema.SCHEMA,
            after,
            observed,
            AppliedPaths.of(ServiceSchema.SCHEMA, observed),
            List.of());
    Set<String> changed =
        changes.stream()
            .map(change -> top(change.path()))
            .filter(top -> !top.equals("tags"))
            .collect(Collectors.toCollection(TreeSet::new));
    if (changed.contains("capacityProviderStrategy")) {
      changed.add("forceNewDeployment");
    }
    if (!after.has("platformVersion")) {
      // It would be refused outside Fargate.
      changed.remove(changed.contains("capacityProviderStrategy") ? "platformVersion" : "");
    }

    assertThat(
            update
                .members(comparison(after, observed, changes))
                .propertyStream()
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(changed);
  }

  @Property(tries = 300)
  void aFieldTakenOutIsOneChange(@ForAll("services") ObjectNode service) {
    List<String> applied = AppliedPaths.of(ServiceSchema.SCHEMA, service);
    for (String field : applied) {
      String path = field.replaceFirst("#[0-9a-f]{12}$", "");
      ObjectNode without = service.deepCopy();
      tree.remove(without, FieldPath.parse(path));

      List<FieldChange> changes =
          differ.diff(ServiceSchema.SCHEMA, without, service, applied, List.of());

      if (RELEASED.contains(path)) {
        assertThat(changes).as(path).isEmpty();
      } else if (!path.endsWith(".name")) {
        assertThat(changes)
            .as(path)
            .containsExactly(
                new FieldChange(path, tree.get(service, FieldPath.parse(path)), Values.MISSING));
      }
    }
  }

  @Property(tries = 300)
  void theOrderOfListsThatEcsReordersDoesNotCount(
      @ForAll("services") ObjectNode desired,
      @ForAll("services") ObjectNode observed,
      @ForAll Random random) {
    List<String> applied = AppliedPaths.of(ServiceSchema.SCHEMA, desired);
    List<FieldChange> changes =
        differ.diff(ServiceSchema.SCHEMA, desired, observed, applied, List.of());

    ObjectNode shuffled = observed.deepCopy();
    shuffle("", shuffled, random);

    assertThat(differ.diff(ServiceSchema.SCHEMA, desired, shuffled, applied, List.of()))
        .extracting(FieldChange::path, FieldChange::to)
        .containsExactlyElementsOf(
            changes.stream().map(change -> tuple(change.path(), change.to())).toList());
  }

  /** Reorders every list that the table says ECS may reorder. */
  private static void shuffle(String pattern, JsonNode node, Random random) {
    if (node instanceof ArrayNode list) {
      list.forEach(item -> shuffle(pattern + "[]", item, random));
      boolean free =
          Optional.ofNullable(ServiceSchema.SCHEMA.equivalences().lines().get(pattern))
              .filter(
                  meaning ->
                      !(meaning instanceof Equivalence.Ordered
                          || meaning instanceof Equivalence.Rule))
              .isPresent();
      if (free) {
        List<JsonNode> items =
            new ArrayList<>(StreamSupport.stream(list.spliterator(), false).toList());
        Collections.shuffle(items, random);
        list.removeAll();
        list.addAll(items);
      }
    } else {
      node.propertyStream()
          .forEach(
              member ->
                  shuffle(
                      (pattern.isEmpty() ? "" : pattern + ".") + member.getKey(),
                      member.getValue(),
                      random));
    }
  }

  /** What ECS does: it replaces top-level members and merges {@code deploymentConfiguration}. */
  private static ObjectNode updateService(ObjectNode service, ObjectNode request) {
    ObjectNode updated = service.deepCopy();
    request
        .propertyStream()
        .filter(member -> !member.getKey().equals("forceNewDeployment"))
        .forEach(
            member -> {
              if (member.getKey().equals("deploymentConfiguration")) {
                updated
                    .withObject("/deploymentConfiguration")
                    .setAll((ObjectNode) member.getValue().deepCopy());
              } else {
                updated.set(member.getKey(), member.getValue().deepCopy());
              }
            });
    return updated;
  }

  private static void tag(ObjectNode service, UpdateRequests.TagUpdate tags) {
    ArrayNode list = service.withArray("/tags");
    tags.toPut().forEach(put -> list.removeIf(tag -> tag.get("key").equals(put.get("key"))));
    list.removeIf(tag -> tags.keysToRemove().contains(tag.get("key").asText()));
    list.addAll(tags.toPut());
  }

  private static String top(String path) {
    return path.split("[.\\[]", 2)[0];
  }

  private static Comparison comparison(
      ObjectNode desired, ObjectNode observed, List<FieldChange> changes) {
    return new Comparison(ServiceSchema.SCHEMA, desired, observed, changes, List.of());
  }
}
