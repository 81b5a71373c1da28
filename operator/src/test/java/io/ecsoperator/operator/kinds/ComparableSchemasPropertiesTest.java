package io.ecsoperator.operator.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Properties of every pair of trees, by the schema of every kind. */
class ComparableSchemasPropertiesTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Differ differ = new Differ();

  @Provide
  Arbitrary<ComparableSchema> schemas() {
    return Arbitraries.of(ComparableSchemas.all());
  }

  @Provide
  Arbitrary<ObjectNode> anyTrees() {
    return Arbitraries.maps(
            Arbitraries.of(
                "tags",
                "cpu",
                "memory",
                "containerDefinitions",
                "volumes",
                "role",
                "settings",
                "taskDefinition",
                "loadBalancers",
                "launchType",
                "schedulingStrategy",
                "deploymentConfiguration",
                "serviceConnectConfiguration",
                "x"),
            anyValues(4))
        .map(ComparableSchemasPropertiesTest::object);
  }

  private static Arbitrary<JsonNode> anyValues(int depth) {
    Arbitrary<JsonNode> scalars =
        Arbitraries.of(
                "''", "'a'", "'b:1'", "'arn:aws:x/y:1'", "0", "1", "2.50", "true", "false", "null")
            .map(Trees::node);
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<JsonNode> below = Arbitraries.lazy(() -> anyValues(depth - 1));
    return Arbitraries.oneOf(
        scalars,
        below.list().ofMaxSize(3).map(items -> NODES.arrayNode().addAll(items)),
        Arbitraries.maps(
                Arbitraries.of(
                    "name",
                    "key",
                    "value",
                    "cpu",
                    "image",
                    "portMappings",
                    "hostPort",
                    "services",
                    "clientAliases",
                    "dnsName",
                    "environment",
                    "options",
                    "targetGroupArn"),
                below)
            .ofMaxSize(4)
            .map(ComparableSchemasPropertiesTest::object));
  }

  private static ObjectNode object(Map<String, JsonNode> members) {
    ObjectNode object = NODES.objectNode();
    object.setAll(members);
    return object;
  }

  @Property(tries = 300)
  void aTreeDoesNotDifferFromItself(
      @ForAll("anyTrees") ObjectNode anything, @ForAll("schemas") ComparableSchema schema) {
    assertThat(
            differ.diff(schema, anything, anything, AppliedPaths.of(schema, anything), List.of()))
        .isEmpty();
    assertThat(differ.diffBody(schema, anything, anything, List.of())).isEmpty();
  }

  @Property(tries = 300)
  void bodiesDifferInBothDirectionsOrInNone(
      @ForAll("anyTrees") ObjectNode a,
      @ForAll("anyTrees") ObjectNode b,
      @ForAll("schemas") ComparableSchema schema) {
    List<FieldChange> changes = differ.diffBody(schema, a, b, List.of());
    assertThat(changes).extracting(FieldChange::path).doesNotHaveDuplicates();
    if (changes.isEmpty()) {
      assertThat(differ.diff(schema, a, b, List.of(), List.of()))
          .allMatch(change -> change.path().startsWith("tags"));
    }
  }
}
