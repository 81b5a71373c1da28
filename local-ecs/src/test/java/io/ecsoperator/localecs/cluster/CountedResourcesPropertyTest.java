package io.ecsoperator.localecs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.cluster.ClusterContents.Counts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CountedResourcesPropertyTest {
  private record Item(boolean fargate, int running, int services) {
    CountedResources.Share share() {
      return new CountedResources.Share(fargate, new Counts(running, 0, services, 0));
    }
  }

  /** Puts the item under the key, or removes the key. */
  private record Step(String key, Optional<Item> item) {}

  @Property
  void theCountsAreThoseOfAScan(@ForAll("steps") List<Step> steps) {
    CountedResources<Item> counted = new CountedResources<>(Item::share);
    Map<String, Item> model = new TreeMap<>();
    for (Step step : steps) {
      step.item()
          .ifPresentOrElse(
              item -> {
                counted.put(step.key(), item);
                model.put(step.key(), item);
              },
              () -> {
                counted.remove(step.key());
                model.remove(step.key());
              });

      assertThat(counted.all()).containsExactlyElementsOf(model.values());
      assertThat(counted.onFargate()).isEqualTo(scan(model, true));
      assertThat(counted.onEc2()).isEqualTo(scan(model, false));
      assertThat(counted.find(step.key())).isEqualTo(step.item());
    }
  }

  private static Counts scan(Map<String, Item> model, boolean fargate) {
    return model.values().stream()
        .filter(item -> item.fargate() == fargate)
        .map(item -> item.share().counts())
        .reduce(Counts.NONE, Counts::plus);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Item> items =
        Combinators.combine(
                Arbitraries.of(true, false),
                Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(0, 3))
            .as(Item::new);
    return Combinators.combine(Arbitraries.of("a", "b", "c"), items.optional(0.7))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }
}
