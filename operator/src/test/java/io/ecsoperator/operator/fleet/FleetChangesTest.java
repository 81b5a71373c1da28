package io.ecsoperator.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.fleet.FleetChanges.Change;
import io.ecsoperator.operator.fleet.FleetChanges.Kind;
import io.ecsoperator.operator.fleet.FleetChanges.Next;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FleetChangesTest {
  private static final Instant START = Instant.parse("2026-12-01T00:00:00Z");

  @Test
  void aPlaceInOneReplicaIsNoneInAnotherThatStartedAtAlmostTheSameTime() throws Exception {
    FleetChanges earlier = changes(START, 500);
    FleetChanges later = changes(START.plusMillis(100), 500);

    assertThat(earlier.after(later.revision(), 1, 0)).isInstanceOf(Next.Compacted.class);
    assertThat(later.after(earlier.revision(), 1, 0)).isInstanceOf(Next.Compacted.class);
  }

  private static FleetChanges changes(Instant begun, int count) {
    FleetChanges changes = FleetChanges.begunAt(begun);
    for (int i = 0; i < count; i++) {
      long revision = changes.nextRevision();
      changes.add(new Change(revision, Kind.ADDED, cluster(begun, revision)));
    }
    return changes;
  }

  private static FleetResource cluster(Instant readAt, long revision) {
    return new FleetResource(
        FleetType.CLUSTER, "arn", "main", "", "", readAt, revision, new byte[0]);
  }
}
