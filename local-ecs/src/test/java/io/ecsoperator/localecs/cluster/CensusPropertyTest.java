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

class CensusPropertyTest {
  private record Member(boolean fargate, int running, int services) {
    Census.Share share() {
      return new Census.Share(fargate, new Counts(running, 0, services, 0));
    }
  }

  /** Puts the member under the key, or removes the key. */
  private record Step(String key, Optional<Member> member) {}

  @Property
  void theCountsAreThoseOfAScan(@ForAll("steps") List<Step> steps) {
    Census<Member> census = new Census<>(Member::share);
    Map<String, Member> model = new TreeMap<>();
    for (Step step : steps) {
      step.member()
          .ifPresentOrElse(
              member -> {
                census.put(step.key(), member);
                model.put(step.key(), member);
              },
              () -> {
                census.remove(step.key());
                model.remove(step.key());
              });

      assertThat(census.all()).containsExactlyElementsOf(model.values());
      assertThat(census.onFargate()).isEqualTo(scan(model, true));
      assertThat(census.onEc2()).isEqualTo(scan(model, false));
      assertThat(census.find(step.key())).isEqualTo(step.member());
    }
  }

  private static Counts scan(Map<String, Member> model, boolean fargate) {
    return model.values().stream()
        .filter(member -> member.fargate() == fargate)
        .map(member -> member.share().counts())
        .reduce(Counts.NONE, Counts::plus);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Member> members =
        Combinators.combine(
                Arbitraries.of(true, false),
                Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(0, 3))
            .as(Member::new);
    return Combinators.combine(Arbitraries.of("a", "b", "c"), members.optional(0.7))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }
}
