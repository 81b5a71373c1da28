package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.kinds.RequiredMembers;
import io.ecsoperator.operator.kinds.SdkModel;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Services of many kinds and changes of them against a model of what ECS documents. The properties
 * {@code serviceChanges} and {@code serviceChanges.seed} are the number of changes and the first
 * seed.
 */
class ServiceChangesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final int CHANGES = Integer.getInteger("serviceChanges", 240);
  private static final long SEED = Long.getLong("serviceChanges.seed", 1);
  private static final int CHANGES_OF_A_SERVICE = 4;

  private final RequiredMembers required = new RequiredMembers();
  private final ServiceKind kind = new ServiceKind(TestKinds.dependencies(new Objects()));

  /** A service in ECS and the object that manages it. */
  private final class Managed {
    private final ModelledService ecs;
    private Wanted wanted;
    private EcsServiceStatus status = EcsServiceStatus.unknown();
    private final List<Plan.Call> calls = new ArrayList<>();
    private boolean hasForgotten;

    Managed(ObjectNode spec) {
      wanted = Wanted.service(spec.toString());
      Decision.Execute<EcsServiceStatus> creation =
          (Decision.Execute<EcsServiceStatus>) plan(new Observation.Absent());
      Plan.Call create = creation.plan().calls().getFirst();
      ecs = ModelledService.create(create.request());
      status = creation.intent();
      take(create);
    }

    /** Another spec; how it ends. */
    ReadyState change(ObjectNode spec) {
      wanted = wanted.changedTo(spec.toString());
      calls.clear();
      return converge();
    }

    ReadyState converge() {
      for (int pass = 0; pass < 4; pass++) {
        switch (plan(new Observation.Present(ecs.describe()))) {
          case Decision.Execute<EcsServiceStatus> execute -> {
            status = execute.intent();
            execute.plan().calls().forEach(this::make);
          }
          case Decision.Done<EcsServiceStatus> done -> {
            status = done.status();
            return done.readyState();
          }
          case Decision<EcsServiceStatus> other -> throw new AssertionError(other);
        }
      }
      throw new AssertionError("The operator writes again and again: " + calls);
    }

    private void make(Plan.Call call) {
      calls.add(call);
      ObjectNode request = call.request();
      assertThat(required.missing(request, SdkModel.request(call.operation())))
          .as("%s", call)
          .isEmpty();
      switch (call.operation()) {
        case "UpdateService" -> update(request);
        case "TagResource" -> ecs.put(request.path("tags"));
        case "UntagResource" -> ecs.untag(request.path("tagKeys"));
        default -> throw new AssertionError(call);
      }
      take(call);
    }

    private void update(ObjectNode request) {
      ModelledService before = ecs.copy();
      ecs.update(request);
      if (!hasForgotten) {
        checkEachMemberHasAnEffect(before, request);
      }
    }

    private void checkEachMemberHasAnEffect(ModelledService before, ObjectNode request) {
      for (List<String> path : members(request)) {
        ObjectNode less = request.deepCopy();
        parent(less, path).remove(path.getLast());
        if (less.path("deploymentConfiguration").isEmpty()) {
          less.remove("deploymentConfiguration");
        }
        if (path.getFirst().equals("capacityProviderStrategy")) {
          less.remove("forceNewDeployment");
        }
        assertThat(hasTheSameEffect(before, less))
            .as("%s without %s does the same", request, path)
            .isFalse();
      }
    }

    private boolean hasTheSameEffect(ModelledService before, ObjectNode request) {
      ModelledService without = before.copy();
      try {
        without.update(request);
        return differences(without.meaning(), ecs.meaning()).isEmpty();
      } catch (ModelledService.Refused refused) {
        return false;
      }
    }

    private void take(Plan.Call call) {
      EcsServiceStatus learned =
          call.operation().endsWith("Service")
              ? kind.recordResponse(
                  status, call, (ObjectNode) tree("{}").set("service", ecs.describe()), NOW)
              : status;
      status =
          learned.withCommon(
              learned
                  .common()
                  .withAppliedPaths(
                      AppliedPaths.afterUpdate(
                          Optional.ofNullable(learned.common().appliedPaths()).orElse(List.of()),
                          call.changes())));
    }

    private Decision<EcsServiceStatus> plan(Observation service) {
      return kind.planner()
          .plan(
              wanted.context(status, NOW),
              new TestObservation(
                      new TestReferences.Resolved(wanted.spec().path("cluster").asText("default")),
                      Optional.empty(),
                      Optional.of(service),
                      Optional.empty(),
                      List.of())
                  .of(wanted.desired()));
    }

    /** The operator has lost its status, as after a restored backup without it. */
    void forget() {
      status = EcsServiceStatus.unknown();
      calls.clear();
      hasForgotten = true;
    }
  }

  @Test
  void eachChangeIsMadeByOneUpdateThatEcsAcceptsAndThatHasNothingElse() {
    int updates = 0;
    List<String> failures = new ArrayList<>();
    for (int service = 0; service < CHANGES / CHANGES_OF_A_SERVICE; service++) {
      List<ObjectNode> specs = new ArrayList<>();
      try {
        updates += change(new RandomServices(new Random(SEED + service)), specs);
      } catch (ModelledService.Refused | AssertionError failure) {
        failures.add(
            "seed %d%nfrom %s%nto   %s%n%s"
                .formatted(
                    SEED + service,
                    specs.get(Math.max(0, specs.size() - 2)),
                    specs.getLast(),
                    failure.getMessage()));
      }
    }
    assertThat(failures).isEmpty();
    assertThat(updates).isGreaterThan(CHANGES / 2);
  }

  /** Changes a service a few times; the number of calls. */
  private int change(RandomServices services, List<ObjectNode> specs) {
    specs.add(services.spec());
    Managed managed = new Managed(specs.getLast());
    assertThat(managed.converge()).isInstanceOf(ReadyState.Ready.class);
    assertThat(managed.calls).isEmpty();
    int updates = 0;
    boolean possible = true;
    for (int change = 0; possible && change < CHANGES_OF_A_SERVICE; change++) {
      ModelledService before = managed.ecs.copy();
      specs.add(services.changed(specs.getLast()));
      possible = check(managed.change(specs.getLast()), managed, before, specs.getLast());
      updates += managed.calls.size();
    }
    if (possible) {
      managed.forget();
      managed.converge();
      assertThat(managed.calls)
          .as("after the loss of the status")
          .flatExtracting(Plan.Call::changes)
          .allMatch(change -> change.path().startsWith("monitoring"));
    }
    return updates;
  }

  /** Whether ECS can make the change. */
  private static boolean check(
      ReadyState end, Managed managed, ModelledService before, ObjectNode spec) {
    assertThat(managed.calls)
        .filteredOn(call -> call.operation().equals("UpdateService"))
        .hasSizeLessThanOrEqualTo(1);
    if (end instanceof ReadyState.Stalled stalled) {
      checkImpossible(stalled, managed.ecs, before, spec);
      return false;
    }
    ObjectNode created = released(ModelledService.create(RandomServices.request(spec)), spec);
    assertThat(differences(created, released(managed.ecs, spec)))
        .as("after %s", managed.calls)
        .isEmpty();
    return true;
  }

  /** What the operator reports as impossible is impossible. */
  private static void checkImpossible(
      ReadyState.Stalled stalled, ModelledService now, ModelledService before, ObjectNode spec) {
    switch (stalled.reason()) {
      case REPLACEMENT_REQUIRED ->
          assertThat(spec.path("launchType").asText())
              .as(stalled.message())
              .isNotEmpty()
              .isNotEqualTo(now.describe().path("launchType").asText());
      case CODE_DEPLOY_REQUIRED ->
          assertThat(before.describe().at("/deploymentController/type").asText())
              .isEqualTo("CODE_DEPLOY");
      default -> throw new AssertionError(stalled);
    }
  }

  /** Without what ECS keeps, or decides at creation, where the spec does not have it. */
  private static ObjectNode released(ModelledService service, ObjectNode spec) {
    ObjectNode meaning = service.meaning();
    Stream.of("desiredCount", "availabilityZoneRebalancing", "networkConfiguration", "launchType")
        .filter(kept -> !spec.has(kept))
        .forEach(meaning::remove);
    if (!spec.has("launchType") && !spec.has("platformVersion")) {
      meaning.remove("platformVersion");
    }
    for (String block : List.of("linearConfiguration", "canaryConfiguration")) {
      if (!spec.path("deploymentConfiguration").has(block)) {
        ((ObjectNode) meaning.get("deploymentConfiguration")).remove(block);
      }
    }
    if (spec.path("taskDefinition").asText().equals("web")) {
      meaning.remove("taskDefinition");
    }
    return meaning;
  }

  private static List<String> differences(JsonNode expected, JsonNode actual) {
    List<String> differences = new ArrayList<>();
    compare("", expected, actual, differences);
    return differences;
  }

  private static void compare(
      String path, JsonNode expected, JsonNode actual, List<String> differences) {
    if (expected.isObject() && actual.isObject()) {
      Set<String> names = new TreeSet<>();
      expected.fieldNames().forEachRemaining(names::add);
      actual.fieldNames().forEachRemaining(names::add);
      names.forEach(
          name -> compare(path + "/" + name, expected.path(name), actual.path(name), differences));
    } else if (!expected.equals(actual)) {
      differences.add("%s: expected %s, is %s".formatted(path, expected, actual));
    }
  }

  private static List<List<String>> members(ObjectNode request) {
    List<List<String>> members = new ArrayList<>();
    request
        .propertyStream()
        .map(member -> member.getKey())
        .filter(name -> !List.of("cluster", "service", "forceNewDeployment").contains(name))
        .forEach(
            name -> {
              if (name.equals("deploymentConfiguration")) {
                request
                    .get(name)
                    .fieldNames()
                    .forEachRemaining(member -> members.add(List.of(name, member)));
              } else {
                members.add(List.of(name));
              }
            });
    return members;
  }

  private static ObjectNode parent(ObjectNode request, List<String> path) {
    return path.size() == 1 ? request : (ObjectNode) request.get(path.getFirst());
  }
}
