package io.ecsoperator.operator.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkPojo;

/** Update requests have what ECS requires, whatever members enter and leave a spec. */
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
