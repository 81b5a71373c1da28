package io.ecsoperator.operator.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Equivalences;
import io.ecsoperator.plan.Equivalences.Equivalence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests of a kind's equivalences: a kind has a subclass with its schema and its pairs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EquivalencesTests {
  private final ComparableSchema schema;
  private final List<EquivalencePair> pairs;

  protected EquivalencesTests(ComparableSchema schema, Stream<EquivalencePair> pairs) {
    this.schema = schema;
    this.pairs = pairs.toList();
  }

  Stream<EquivalencePair> pairs() {
    return pairs.stream();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void ecsTreatsAsEqualWhatTheTableSays(EquivalencePair pair) {
    assertThat(pair.differingBy(schema)).containsExactlyInAnyOrderElementsOf(pair.differing());
  }

  Stream<String> lines() {
    return schema.equivalences().lines().keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyLineIsNeededByAPair(String pattern) {
    Map<String, Equivalence> lines = new HashMap<>(schema.equivalences().lines());
    lines.remove(pattern);
    ComparableSchema without = schema.withEquivalences(new Equivalences(lines));

    assertThat(pairs)
        .as("a pair that goes wrong without the line for %s", pattern)
        .anySatisfy(
            pair -> assertThat(pair.differingBy(without)).isNotEqualTo(pair.differingBy(schema)));
  }
}
