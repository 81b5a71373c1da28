package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.Differ;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TaskDefinitionPropertiesTest {
  private final Differ differ = new Differ();

  @Property(tries = 100)
  void theOrderOfACommandCounts(@ForAll("words") List<String> words, @ForAll Random random) {
    List<String> others = new ArrayList<>(words);
    Collections.shuffle(others, random);

    assertThat(
            differ.diffBody(
                TaskDefinitionSchema.SCHEMA, withCommand(words), withCommand(others), List.of()))
        .hasSize(words.equals(others) ? 0 : 1);
  }

  @Provide
  Arbitrary<List<String>> words() {
    return Arbitraries.of("sh", "-c", "", "exec").list().ofMaxSize(4);
  }

  private static ObjectNode withCommand(List<String> words) {
    ObjectNode tree = tree("{containerDefinitions: [{name: 'web', command: []}]}");
    words.forEach(tree.withArray("/containerDefinitions/0/command")::add);
    return tree;
  }
}
