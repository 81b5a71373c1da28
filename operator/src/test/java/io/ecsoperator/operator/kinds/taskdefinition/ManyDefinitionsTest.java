package io.ecsoperator.operator.kinds.taskdefinition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Wanted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Definitions of many kinds on local-ecs, which fills in what ECS fills in. The properties {@code
 * definitions} and {@code definitions.seed} are their number and the first seed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyDefinitionsTest {
  private static final int DEFINITIONS = Integer.getInteger("definitions", 250);
  private static final long SEED = Long.getLong("definitions.seed", 1);
  private static final Duration BETWEEN_RECONCILES = Duration.ofSeconds(30);
  private static final int RECONCILES_UNTIL_AT_REST = 3;

  private final DefinitionOnLocalEcs ecs = new DefinitionOnLocalEcs();

  @AfterAll
  void stop() {
    ecs.close();
  }

  @Test
  void aDefinitionIsRegisteredOnceAndThenOnlyWhereItsMeaningChanges() {
    for (int n = 0; n < DEFINITIONS / 2; n++) {
      RandomDefinitions definitions = new RandomDefinitions(new Random(SEED + n));
      ObjectNode spec = definitions.spec("d" + n);
      ecs.loseStatus();
      ecs.restart();
      Wanted wanted = Wanted.taskDefinition(spec.toString());

      assertThat(writes(wanted)).as("first: %s", spec).containsExactly("RegisterTaskDefinition");
      ecs.pass(DefinitionOnLocalEcs.RESYNC);
      assertThat(writes(wanted)).as("at rest: %s", spec).isEmpty();
      ecs.restart();
      assertThat(writes(wanted)).as("after a restart: %s", spec).isEmpty();
      ObjectNode rewritten = definitions.rewritten(spec);
      wanted = wanted.changedTo(rewritten.toString());
      assertThat(writes(wanted)).as("%s as %s", spec, rewritten).isEmpty();
      ecs.loseStatus();
      ecs.restart();
      assertThat(writes(wanted)).as("%s restored as %s", spec, rewritten).isEmpty();
      ObjectNode changed = definitions.changed(spec);
      wanted = wanted.changedTo(changed.toString());
      assertThat(writes(wanted))
          .as("%s to %s", spec, changed)
          .containsExactly("RegisterTaskDefinition");
    }
  }

  @Test
  void aDefinitionThatOthersRegisteredIsAdoptedByItsTagsAlone() {
    for (int n = DEFINITIONS / 2; n < DEFINITIONS; n++) {
      RandomDefinitions definitions = new RandomDefinitions(new Random(SEED + n));
      ObjectNode spec = definitions.spec("a" + n);
      ecs.register(spec);
      ecs.loseStatus();
      ecs.restart();

      Wanted wanted =
          Wanted.taskDefinition(definitions.rewritten(spec).toString())
              .with("adoptionPolicy", "Adopt");

      assertThat(writes(wanted)).as("%s", spec).containsOnly("TagResource");
    }
  }

  private List<String> writes(Wanted wanted) {
    List<String> writes = new ArrayList<>();
    for (int reconcile = 0; reconcile < RECONCILES_UNTIL_AT_REST; reconcile++) {
      ecs.pass(BETWEEN_RECONCILES);
      ecs.reconcile(wanted);
      writes.addAll(ecs.written());
    }
    assertThat(ecs.condition("Ready")).as("%s", wanted.spec()).isEqualTo("True/Reconciled");
    return writes;
  }
}
