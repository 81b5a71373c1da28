package io.ecsoperator.operator.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.kinds.capacityprovider.CapacityProviderKind;
import io.ecsoperator.operator.kinds.cluster.ClusterKind;
import io.ecsoperator.operator.kinds.service.ServiceKind;
import io.ecsoperator.operator.kinds.task.TaskKind;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionKind;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkPojo;

/** Requests have what ECS requires, whatever members enter and leave a spec. */
class RequiredMembersTest {
  private static final int PAIRS = 100;

  /** The planner adds these: they name the resource. */
  private static final Set<String> NAMES = Set.of(".cluster", ".service", ".name");

  private final RequiredMembers required = new RequiredMembers();
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();
  private final UpdateRequests updates = new UpdateRequests();

  static Stream<ComparableSchema> schemas() {
    return ComparableSchemas.all().stream().filter(schema -> !schema.updates().calls().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void noUpdateLeavesOutWhatEcsRequiresOrHasAnEmptyBlock(ComparableSchema schema) {
    SdkPojo create = SdkModel.request(schema.members().createOperation());
    SampleValues values = new SampleValues(create);
    RandomGenerator random = new Random(4711);
    int calls = 0;
    for (int pair = 0; pair < PAIRS; pair++) {
      ObjectNode before = spec(schema, create, values, random);
      ObjectNode after = spec(schema, create, values, random);
      keepProviders(before, after);
      keepWhatIsFixed(schema, before, after);
      List<FieldChange> changes =
          differ.diff(schema, after, before, AppliedPaths.of(schema, before), List.of());
      if (!updates.replacements(schema, changes).isEmpty()) {
        continue;
      }
      for (Update update : updates.of(schema, after, before, changes)) {
        calls++;
        assertThat(required.missing(update.members(), SdkModel.request(update.operation())))
            .as("%s%nfrom %s%nto %s%nby %s", update.operation(), before, after, update.members())
            .filteredOn(path -> !NAMES.contains(path))
            .isEmpty();
        assertThat(update.members().valueStream().anyMatch(RequiredMembersTest::hasEmptyBlock))
            .as("%s%nfrom %s%nto %s%nby %s", update.operation(), before, after, update.members())
            .isFalse();
      }
    }
    assertThat(calls).isGreaterThan(PAIRS / 4);
  }

  /**
   * A kind, the first call for an object of it, and its spec.
   *
   * @param required what the API server requires of the spec beside the resource's name
   */
  private record Creation(
      Kind<?, ?, ?> kind, String operation, Set<String> required, Function<String, Wanted> wanted) {
    @Override
    public String toString() {
      return operation;
    }
  }

  static List<Creation> creations() {
    Kind.Dependencies dependencies = TestKinds.dependencies(new Objects());
    return List.of(
        new Creation(new ClusterKind(dependencies), "CreateCluster", Set.of(), Wanted::cluster),
        new Creation(
            new CapacityProviderKind(dependencies),
            "CreateCapacityProvider",
            Set.of(),
            Wanted::capacityProvider),
        new Creation(
            new TaskDefinitionKind(dependencies),
            "RegisterTaskDefinition",
            Set.of("containerDefinitions"),
            Wanted::taskDefinition),
        new Creation(
            new ServiceKind(dependencies),
            "CreateService",
            Set.of("taskDefinition"),
            Wanted::service),
        new Creation(
            new TaskKind(dependencies), "RunTask", Set.of("taskDefinition"), Wanted::task));
  }

  @ParameterizedTest
  @MethodSource("creations")
  void noCreationLeavesOutWhatEcsRequires(Creation creation) {
    SdkPojo create = SdkModel.request(creation.operation());
    SampleValues values = new SampleValues(create);
    RandomGenerator random = new Random(4711);
    for (int creations = 0; creations < PAIRS / 4; creations++) {
      ObjectNode spec = creatable(creation, create, values, random);
      List<Plan.Call> calls = firstPlan(creation.kind(), creation.wanted().apply(spec.toString()));
      assertThat(calls).extracting(Plan.Call::operation).contains(creation.operation());
      for (Plan.Call call : calls) {
        assertThat(required.missing(call.request(), SdkModel.request(call.operation())))
            .as("%s%nof %s%nby %s", call.operation(), spec, call.request())
            .isEmpty();
      }
    }
  }

  /** A spec that the API server accepts; names are taken from the object if it has none. */
  private ObjectNode creatable(
      Creation creation, SdkPojo create, SampleValues values, RandomGenerator random) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    values.members().stream()
        .filter(member -> !member.equals("clientToken"))
        .filter(member -> random.nextBoolean() || creation.required().contains(member))
        .forEach(member -> spec.setAll(values.full(member)));
    required.thin(spec, create, random);
    creation.required().stream()
        .filter(member -> !spec.has(member))
        .forEach(member -> spec.setAll(values.full(member)));
    return spec;
  }

  private static <S extends EcsStatus, O> List<Plan.Call> firstPlan(
      Kind<?, S, O> kind, Wanted wanted) {
    S status = kind.emptyStatus();
    ReconcileContext<S> context =
        new ReconcileContext<>(
            wanted.desired(), status, status, true, true, EcsReader.Freshness.ANY, Instant.EPOCH);
    FakeReader ecs = new FakeReader();
    O observed = kind.observer().observe(context, ecs);
    Decision<S> decision = kind.planner().plan(context, observed);
    while (decision instanceof Decision.Need<S> need) {
      observed = kind.observer().observe(context, observed, need.reads(), ecs);
      decision = kind.planner().plan(context, observed);
    }
    return decision instanceof Decision.Execute<S> execute ? execute.plan().calls() : List.of();
  }

  /** The API server accepts no capacity provider that has neither. */
  private static void keepProviders(ObjectNode before, ObjectNode after) {
    for (String provider : List.of("autoScalingGroupProvider", "managedInstancesProvider")) {
      if (before.has(provider) && !after.has(provider)) {
        after.set(provider, before.get(provider).deepCopy());
      }
    }
  }

  /** Else ECS would have to replace the resource, and no update would be sent. */
  private static void keepWhatIsFixed(
      ComparableSchema schema, ObjectNode before, ObjectNode after) {
    Stream.concat(
            schema.updates().replaceOnly().stream(),
            schema.updates().replaceOnlyOnceShown().stream())
        .map(path -> List.of(path.split("\\.")))
        .forEach(
            path -> {
              JsonNode parent = SampleValues.get(after, path.subList(0, path.size() - 1));
              JsonNode value = SampleValues.get(before, path);
              if (parent instanceof ObjectNode block) {
                block.remove(path.getLast());
                if (!value.isMissingNode()) {
                  block.set(path.getLast(), value.deepCopy());
                }
              }
            });
  }

  /** A block whose members were taken out one by one says nothing, or is refused. */
  private static boolean hasEmptyBlock(JsonNode node) {
    return node.valueStream()
        .anyMatch(child -> child.isObject() && child.isEmpty() || hasEmptyBlock(child));
  }

  /** One in three has few top-level members, so that whole blocks enter and leave. */
  private ObjectNode spec(
      ComparableSchema schema, SdkPojo create, SampleValues values, RandomGenerator random) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    int share = 1 + random.nextInt(3);
    for (String member : values.members()) {
      if (random.nextInt(3) < share) {
        ObjectNode full = values.full(member);
        values.changeable(member).stream()
            .filter(path -> random.nextBoolean())
            .forEach(path -> values.change(full, path));
        spec.setAll(full);
      }
    }
    required.thin(spec, create, random);
    return projection.desired(schema, spec);
  }
}
