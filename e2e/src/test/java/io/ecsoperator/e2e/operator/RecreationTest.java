package io.ecsoperator.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.crds.EcsResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.Cluster;

/** Objects are deleted, and applied again as soon as they are gone, as Argo CD's self-heal does. */
@WithOperator
class RecreationTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** The kinds, what they refer to before them. */
  private enum Part {
    PROVIDER,
    CLUSTER,
    DEFINITION,
    SERVICE,
    TASK;

    /** What an object of this kind cannot exist without. */
    Set<Part> required() {
      return switch (this) {
        case PROVIDER, CLUSTER, DEFINITION -> Set.of(this);
        case SERVICE, TASK -> Set.of(CLUSTER, DEFINITION, this);
      };
    }

    ObjectRef<?> ref(String name) {
      return switch (this) {
        case PROVIDER -> ObjectRef.capacityProvider(name);
        case CLUSTER -> ObjectRef.cluster(name);
        case DEFINITION -> ObjectRef.taskDefinition(name);
        case SERVICE -> ObjectRef.service(name);
        case TASK -> ObjectRef.task(name);
      };
    }
  }

  /**
   * Objects of one name that refer to each other.
   *
   * @param deleted in this order; what stays uses none of them in ECS, because that would hold them
   */
  private record Stack(String name, Set<Part> parts, List<Part> deleted) {
    String manifest(Part part) {
      return switch (part) {
        case PROVIDER ->
            Manifests.object(
                "EcsCapacityProvider",
                name,
                "autoScalingGroupProvider: {autoScalingGroupArn: group-" + name + "}");
        case CLUSTER ->
            deleted.containsAll(List.of(Part.PROVIDER, Part.CLUSTER))
                ? Manifests.cluster(name, "capacityProviderRefs: [{name: " + name + "}]")
                : Manifests.cluster(name);
        case DEFINITION -> Manifests.taskDefinition(name, "example.com/app:1");
        case SERVICE -> Manifests.service(name, name, name, "desiredCount: 1");
        case TASK -> Manifests.task(name, name, name, "waitFor: Running");
      };
    }
  }

  /** An object that is deleted, and the uid that it had. */
  private record Deleted(Stack stack, Part part, String uid) {
    ObjectRef<?> ref() {
      return part.ref(stack.name());
    }
  }

  private TestBed bed;

  @BeforeEach
  void take(TestBed bed) {
    this.bed = bed;
  }

  @Test
  void everyPairOfKindsIsReadyAgainInEitherOrder() {
    List<Stack> stacks = new ArrayList<>();
    for (Part first : Part.values()) {
      for (Part second : Part.values()) {
        if (first != second) {
          Set<Part> parts = new TreeSet<>(first.required());
          parts.addAll(second.required());
          stacks.add(
              new Stack("s" + first.ordinal() + second.ordinal(), parts, List.of(first, second)));
        }
      }
    }

    deleteAndHeal(stacks);
  }

  @Test
  void everythingIsReadyAgain() {
    deleteAndHeal(List.of(new Stack("all", Set.of(Part.values()), List.of(Part.values()))));
  }

  private void deleteAndHeal(List<Stack> stacks) {
    bed.apply(
        stacks.stream()
            .flatMap(stack -> stack.parts().stream().map(stack::manifest))
            .toArray(String[]::new));
    stacks.forEach(stack -> stack.parts().forEach(part -> bed.awaitReady(part.ref(stack.name()))));
    List<Deleted> deleted =
        stacks.stream()
            .flatMap(stack -> stack.deleted().stream().map(part -> delete(stack, part)))
            .toList();

    Await.within(LIMIT, () -> heal(deleted), () -> "all are ready again: " + waiting(deleted));

    assertNothingIsLeftOver(stacks);
  }

  private Deleted delete(Stack stack, Part part) {
    ObjectRef<?> object = part.ref(stack.name());
    String uid = bed.get(object).getMetadata().getUid();
    bed.kubernetes()
        .resources(object.type())
        .inNamespace(bed.namespace())
        .withName(object.name())
        .delete();
    return new Deleted(stack, part, uid);
  }

  /** Applies what is gone; returns whether everything is new and Ready. */
  private boolean heal(List<Deleted> deleted) {
    List<Deleted> gone = deleted.stream().filter(one -> bed.find(one.ref()).isEmpty()).toList();
    if (!gone.isEmpty()) {
      bed.apply(gone.stream().map(one -> one.stack().manifest(one.part())).toArray(String[]::new));
      return false;
    }
    return waiting(deleted).isEmpty();
  }

  private List<String> waiting(List<Deleted> deleted) {
    return deleted.stream()
        .filter(one -> !bed.find(one.ref()).map(found -> isReadyAgain(one, found)).orElse(false))
        .map(one -> one.ref() + ": " + bed.condition(one.ref(), "Ready"))
        .toList();
  }

  private static boolean isReadyAgain(Deleted deleted, EcsResource<?> found) {
    return !found.getMetadata().getUid().equals(deleted.uid()) && Conditions.isTrue(found, "Ready");
  }

  private void assertNothingIsLeftOver(List<Stack> stacks) {
    for (Stack stack : stacks) {
      assertThat(active(stack))
          .as("active clusters of " + stack.name())
          .isEqualTo(count(stack, Part.CLUSTER));
      assertThat(revisions(stack))
          .as("revisions of " + stack.name())
          .isEqualTo(count(stack, Part.DEFINITION));
      if (stack.parts().contains(Part.CLUSTER)) {
        int running = count(stack, Part.SERVICE) + count(stack, Part.TASK);
        assertThat(
                bed.aws()
                    .listTasks(list -> list.cluster(stack.name()).desiredStatus("RUNNING"))
                    .taskArns())
            .as("tasks of " + stack.name())
            .hasSize(running);
      }
    }
    assertThat(
            bed.aws().describeCapacityProviders(describe -> {}).capacityProviders().stream()
                .filter(provider -> "ACTIVE".equals(provider.statusAsString()))
                .map(CapacityProvider::name)
                .filter(name -> !name.startsWith("FARGATE")))
        .hasSameSizeAs(
            stacks.stream().filter(stack -> stack.parts().contains(Part.PROVIDER)).toList());
  }

  private static int count(Stack stack, Part part) {
    return stack.parts().contains(part) ? 1 : 0;
  }

  private int active(Stack stack) {
    return (int)
        bed.aws().describeClusters(describe -> describe.clusters(stack.name())).clusters().stream()
            .map(Cluster::status)
            .filter("ACTIVE"::equals)
            .count();
  }

  private int revisions(Stack stack) {
    return bed.aws()
        .listTaskDefinitions(list -> list.familyPrefix(stack.name()).status("ACTIVE"))
        .taskDefinitionArns()
        .size();
  }
}
