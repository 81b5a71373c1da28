package io.ecsoperator.operator.kinds.taskdefinition;

import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.FAMILY;
import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.OWNER;
import static io.ecsoperator.operator.kinds.taskdefinition.DefinitionOnLocalEcs.web;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.engine.ReconcileResult.Disposition;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the revisions when their object is deleted. */
class DeletionTest {
  private static final Wanted WEB = web("", 1);
  private static final Wanted DELETING_ALL = web("'revisionCleanup':'Delete'", 1);
  private static final Wanted RETAINED = web("'deletionPolicy':'Retain'", 1);

  private final DefinitionOnLocalEcs definition = new DefinitionOnLocalEcs();

  @AfterEach
  void stop() {
    definition.close();
  }

  @Test
  void anObjectThatNeverRegisteredAnythingIsReleasedAtOnce() {
    assertThat(definition.reconcile(definition.deleted(WEB)).disposition())
        .isEqualTo(Disposition.RELEASE);
    assertThat(definition.written()).isEmpty();
  }

  @Test
  void objectOfAForeignFamilyIsReleasedAtOnce() {
    definition.register(3, "k8s/shop/EcsTaskDefinition/other");

    assertThat(definition.reconcile(definition.deleted(WEB)).disposition())
        .isEqualTo(Disposition.RELEASE);
    assertThat(definition.active()).containsExactly(1, 2, 3);
  }

  @Test
  void ownRevisionsAreDeregisteredAndOthersStay() {
    definition.reconcile(WEB);
    definition.register(1, "");
    definition.register(1, "k8s/shop/EcsTaskDefinition/other");
    definition.register(1, OWNER);

    assertThat(definition.reconcile(definition.deleted(WEB)).disposition())
        .isEqualTo(Disposition.RELEASE);

    assertThat(definition.active()).containsExactly(2, 3);
    assertThat(definition.inactive()).containsExactly(1, 4);
  }

  @Test
  void untaggedRevisionIsKnownFromTheHistory() {
    definition.reconcile(WEB);
    definition
        .client()
        .untagResource(r -> r.resourceArn(FAMILY + 1).tagKeys("ecs-operator.io/owner"));

    definition.reconcile(definition.deleted(WEB));

    assertThat(definition.active()).isEmpty();
  }

  @Test
  void hundredsGoAFewAtATime() {
    definition.reconcile(WEB);
    IntStream.range(0, 5)
        .forEach(
            n -> {
              definition.register(40, OWNER);
              definition.register(10, "");
            });

    int looks = untilReleased(definition.deleted(WEB));

    assertThat(looks).isGreaterThan(200 / 25);
    assertThat(definition.active()).hasSize(50);
    assertThat(definition.inactive()).hasSize(201);
    assertThat(definition.local().calls().of("DeregisterTaskDefinition")).hasSize(201);
  }

  @Test
  void revisionsOfOthersAreReadOnce() {
    definition.reconcile(WEB);
    definition.register(60, OWNER);
    definition.register(100, "");
    Wanted deleted = definition.deleted(WEB);

    while (definition.reconcile(deleted).disposition() != Disposition.RELEASE) {
      definition.pass(Duration.ofMinutes(3));
    }

    assertThat(definition.active()).hasSize(100);
    assertThat(definition.local().calls().of("DescribeTaskDefinition"))
        .hasSizeLessThan(100 + 2 * 61);
  }

  @Test
  void revisionsToBeDeletedIncludeThoseThatWereDeregisteredBefore() {
    definition.reconcile(WEB);
    definition.register(120, OWNER);
    IntStream.range(2, 60)
        .forEach(
            n -> definition.client().deregisterTaskDefinition(r -> r.taskDefinition("web:" + n)));
    definition.register(1, "");
    definition.client().deregisterTaskDefinition(r -> r.taskDefinition("web:122"));

    untilReleased(definition.deleted(DELETING_ALL));

    assertThat(definition.active()).isEmpty();
    assertThat(definition.inactive()).containsExactly(122);
  }

  @Test
  void retainedRevisionsLoseOurTagsAndStay() {
    definition.reconcile(WEB);
    definition.register(130, OWNER);

    untilReleased(definition.deleted(RETAINED));

    assertThat(definition.active()).hasSize(131);
    assertThat(definition.client().listTagsForResource(r -> r.resourceArn(FAMILY + 1)).tags())
        .isEmpty();
    assertThat(definition.client().listTagsForResource(r -> r.resourceArn(FAMILY + 131)).tags())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DeregisterTaskDefinition", "DeleteTaskDefinitions"})
  void aCallThatFailsOnTheWayIsMadeAgain(String operation) {
    definition.reconcile(DELETING_ALL);
    definition.register(4, OWNER);
    definition.local().faults().add(FaultRule.next(1, operation, Fault.throttled()));

    assertThat(definition.reconcile(definition.deleted(DELETING_ALL)).disposition())
        .isEqualTo(Disposition.KEEP);
    assertThat(definition.condition("Reconciling")).isEqualTo("True/Throttled");

    untilReleased(definition.deleted(DELETING_ALL));
    assertThat(definition.active()).isEmpty();
    assertThat(definition.inactive()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DeregisterTaskDefinition", "DeleteTaskDefinitions"})
  void lostAnswerDoesNotHoldTheDeletion(String operation) {
    definition.reconcile(DELETING_ALL);
    definition.register(4, OWNER);
    definition.local().faults().add(FaultRule.next(1, operation, Fault.lostAnswer()));

    untilReleased(definition.deleted(DELETING_ALL));

    assertThat(definition.active()).isEmpty();
    assertThat(definition.inactive()).isEmpty();
  }

  @Test
  void objectStaysWhileEcsCannotBeRead() {
    definition.reconcile(WEB);
    definition.local().faults().add(FaultRule.next(1, "ListTaskDefinitions", Fault.serverError()));

    assertThat(definition.reconcile(definition.deleted(WEB)).disposition())
        .isEqualTo(Disposition.KEEP);
    assertThat(definition.active()).containsExactly(1);

    assertThat(definition.reconcile(definition.deleted(WEB)).disposition())
        .isEqualTo(Disposition.RELEASE);
    assertThat(definition.active()).isEmpty();
  }

  /** How many reconciles it took; each of them made few calls. */
  private int untilReleased(Wanted deleted) {
    for (int looks = 1; looks < 100; looks++) {
      Disposition disposition = definition.reconcile(deleted).disposition();
      assertThat(definition.written()).hasSizeLessThan(25);
      if (disposition == Disposition.RELEASE) {
        return looks;
      }
    }
    throw new AssertionError("not released: " + definition.status());
  }
}
