package io.ecsoperator.operator.informer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheBudgetTest {
  private final CacheBudget budget = new CacheBudget(100, 150);

  @Test
  void oneNamespaceMayUseEverythingUpToTheSoftLimit() {
    assertThat(budget.replace("a", 0, 100)).isTrue();
    assertThat(budget.replace("a", 0, 1)).isFalse();
  }

  @Test
  void theNamespaceWithTheMostLeavesTheRestToTheOthers() {
    assertThat(budget.replace("greedy", 0, 100)).isTrue();

    assertThat(budget.replace("other", 0, 30)).isTrue();
    assertThat(budget.replace("third", 0, 20)).isTrue();
    assertThat(budget.replace("greedy", 0, 1)).isFalse();
    assertThat(budget.replace("other", 0, 1)).as("nothing exceeds the hard limit").isFalse();
  }

  @Test
  void whatBecomesSmallerIsAlwaysTaken() {
    budget.replace("greedy", 0, 100);
    budget.replace("other", 0, 50);

    assertThat(budget.replace("greedy", 100, 99)).isTrue();
    assertThat(budget.replace("other", 50, 50)).isTrue();
  }

  @Test
  void aDeletedObjectGivesItsMemoryBack() {
    budget.replace("a", 0, 100);
    assertThat(budget.hasRoom()).isFalse();

    budget.replace("a", 100, 0);

    assertThat(budget.hasRoom()).isTrue();
    assertThat(budget.replace("b", 0, 100)).isTrue();
  }
}
