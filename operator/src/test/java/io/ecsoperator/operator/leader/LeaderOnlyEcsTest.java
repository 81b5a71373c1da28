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
  private static final CallContext PURPOSE = CallContext.of(Priority.CHANGE);

  private final FakeEcs ecs = new FakeEcs().always(asked -> Trees.tree("{'done':true}"));
  private boolean leading;
  private final LeaderOnlyEcs door = new LeaderOnlyEcs(ecs, () -> leading);

  @Test
  void whileLeadingAllCallsGoThrough() {
    leading = true;

    assertThat(door.read("ListClusters", Trees.tree("{}"), PURPOSE).tree())
        .isEqualTo(Trees.tree("{'done':true}"));
    assertThat(door.write("CreateCluster", Trees.tree("{}"), PURPOSE).tree())
        .isEqualTo(Trees.tree("{'done':true}"));
    assertThat(ecs.operations()).containsExactly("ListClusters", "CreateCluster");
    assertThat(door.region()).isEqualTo(ecs.region());
  }

  @Test
  void aStandbyReadsNothing() {
    assertThatExceptionOfType(AwsFailure.class)
        .isThrownBy(() -> door.read("ListClusters", Trees.tree("{}"), PURPOSE))
        .satisfies(
            failure -> {
              assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
              assertThat(failure.code()).isEqualTo("NotLeader");
              assertThat(failure.ambiguous()).isFalse();
            });
    assertThat(ecs.asked()).isEmpty();
  }

  @Test
  void aStandbyWritesNothing() {
    assertThatThrownBy(() -> door.write("CreateCluster", Trees.tree("{}"), PURPOSE))
        .isInstanceOf(NotLeaderException.class);
    assertThat(ecs.asked()).isEmpty();
  }
}
