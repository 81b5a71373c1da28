package io.ecsoperator.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import org.junit.jupiter.api.Test;

class LeaderOnlyEcsTest {
  private static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);

  private final FakeEcs ecs = new FakeEcs().always(asked -> Trees.tree("{'done':true}"));
  private boolean leading;
  private final LeaderOnlyEcs leaderOnly = new LeaderOnlyEcs(ecs, () -> leading);

  @Test
  void theLeaderSendsAllCalls() {
    leading = true;

    assertThat(leaderOnly.read("ListClusters", Trees.tree("{}"), CONTEXT).tree())
        .isEqualTo(Trees.tree("{'done':true}"));
    assertThat(leaderOnly.write("CreateCluster", Trees.tree("{}"), CONTEXT).tree())
        .isEqualTo(Trees.tree("{'done':true}"));
    assertThat(ecs.operations()).containsExactly("ListClusters", "CreateCluster");
    assertThat(leaderOnly.region()).isEqualTo(ecs.region());
  }

  @Test
  void aStandbySendsNoReads() {
    assertThatExceptionOfType(AwsFailure.class)
        .isThrownBy(() -> leaderOnly.read("ListClusters", Trees.tree("{}"), CONTEXT))
        .satisfies(
            failure -> {
              assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
              assertThat(failure.code()).isEqualTo("NotLeader");
              assertThat(failure.ambiguous()).isFalse();
            });
    assertThat(ecs.asked()).isEmpty();
  }

  @Test
  void aStandbySendsNoWrites() {
    assertThatThrownBy(() -> leaderOnly.write("CreateCluster", Trees.tree("{}"), CONTEXT))
        .isInstanceOf(NotLeaderException.class);
    assertThat(ecs.asked()).isEmpty();
  }
}
