package io.ecsoperator.operator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import org.junit.jupiter.api.Test;

/** Which objects the cache enqueues. */
class EnqueueTest extends CacheFixture {

  @Test
  void aWriteEnqueuesTheOtherObjectsThatWatchTheResource() {
    ecs.answers(describing(count(1)));
    askedBy(WRITER);
    askedBy(BYSTANDER);

    write("DeleteService", "{'cluster':'c','service':'s'}", draining());

    assertThat(enqueued).containsExactly(BYSTANDER);
  }

  @Test
  void aWriteWithoutEffectEnqueuesNoObject() {
    ecs.answers(describing(count(1)));
    askedBy(BYSTANDER);

    updated(count(1));

    assertThat(enqueued).isEmpty();
  }

  @Test
  void aReadThatShowsAChangeEnqueuesTheOtherObjectsThatWatch() {
    ecs.answers(describing(count(1))).answers(describing(count(1))).answers(describing(count(2)));
    askedBy(WRITER);
    askedBy(BYSTANDER);
    readBy(WRITER);
    assertThat(enqueued).isEmpty();

    readBy(WRITER);

    assertThat(enqueued).containsExactly(BYSTANDER);
  }

  @Test
  void anObjectThatWatchesAnotherResourceIsNotEnqueued() {
    ecs.answers(describing(count(1)));
    askedBy(WRITER);
    ecs.answers("{'clusters':[{'clusterName':'c','clusterArn':'" + CLUSTER_ARN + "'}]}");
    cache.read(
        Keys.cluster("c"), EcsReader.Freshness.NOW, CallContext.of(Priority.CHANGE, BYSTANDER));
    time.advance(WINDOW);

    updated(count(2));

    assertThat(enqueued).doesNotContain(BYSTANDER);
  }

  @Test
  void anObjectThatIsGoneIsNotEnqueued() {
    ecs.answers(describing(count(1)));
    askedBy(BYSTANDER);
    cache.forget(BYSTANDER);

    updated(count(2));

    assertThat(enqueued).isEmpty();
  }

  @Test
  void deniedSweepEnqueuesTheObjectsOnceAndMarksWhatTheyRead() {
    ecs.answers(describing(count(1)));
    askedBy(BYSTANDER);
    EcsReader reader = cache.readerFor(CallContext.of(Priority.SWEEP, BYSTANDER));
    AwsFailure denied =
        AwsFailure.of("DescribeServices", FailureClass.BLOCKED, "AccessDeniedException", "no");
    ecs.fails(denied).fails(denied).answers(describing(count(1)));

    sweep();
    sweep();
    assertThat(enqueued).containsExactly(BYSTANDER);
    assertThat(reader.read(ResourceRef.inCluster("service", "c", "s"), WITHIN_A_DAY))
        .isInstanceOf(Observation.Present.class);
    assertThat(reader.failure()).contains(denied);

    sweep();
    assertThat(enqueued).containsExactly(BYSTANDER, BYSTANDER);
    assertThat(reader.failure()).isEmpty();
  }

  private void sweep() {
    cache.read(service, EcsReader.Freshness.NOW, CallContext.of(Priority.SWEEP));
    time.advance(WINDOW);
  }

  private void askedBy(ObjectKey object) {
    cache.read(service, WITHIN_5_S, CallContext.of(Priority.CHANGE, object));
    time.advance(WINDOW);
  }

  private void readBy(ObjectKey object) {
    cache.read(service, EcsReader.Freshness.NOW, CallContext.of(Priority.CHANGE, object));
    time.advance(WINDOW);
  }
}
