package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.engine.ReferenceCheck.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReferenceCheckTest {
  private static final List<ReferenceField> FIELDS =
      List.of(ReferenceField.of("taskDefinitionRef", "EcsTaskDefinition", "taskDefinition"));
  private static final Wanted SERVICE = Wanted.service("{'taskDefinitionRef':{'name':'web'}}");
  private static final Wanted CHANGED =
      SERVICE.changedTo("{'taskDefinitionRef':{'name':'web'},'cpu':1}");
  private static final Wanted JOB = Wanted.task("{'taskDefinitionRef':{'name':'web'}}");
  private static final Result PASSED = new Result.Passed();
  private static final Result PLAN_AGAIN = new Result.PlanAgain();

  private final VirtualTime time = new VirtualTime();
  private final ApiServer objects = new ApiServer();
  private final ObjectMemory memory = new ObjectMemory();
  private final ReferenceCheck check = new ReferenceCheck(objects, Duration.ofSeconds(2), time);

  @Test
  void aJobWaitsForTheDelayAndThenReadsItsDefinitionFromTheApiServer() {
    objects.cache(definition(1, 1));
    objects.cache(old(SERVICE));

    begin(SERVICE);
    assertThat(check(SERVICE, false)).isInstanceOf(Result.Wait.class);
    time.advance(Duration.ofSeconds(1));
    assertThat(check(SERVICE, false)).isInstanceOf(Result.Wait.class);
    objects.write(definition(2, 1));
    time.advance(Duration.ofSeconds(1));

    assertThat(check(SERVICE, false)).isEqualTo(PLAN_AGAIN);
    assertThat(objects.find(objects.key()).orElseThrow().getMetadata().getGeneration())
        .isEqualTo(2);
    assertThat(check(SERVICE, false)).isEqualTo(PLAN_AGAIN);
    assertThat(check(SERVICE, false)).isInstanceOf(Result.Wait.class);
    time.advance(Duration.ofSeconds(2));
    assertThat(check(SERVICE, false)).isEqualTo(PLAN_AGAIN);
    assertThat(check(SERVICE, false)).isEqualTo(PASSED);
  }

  @Test
  void aJobWaitsEvenIfItsDefinitionHasJustChanged() {
    objects.cache(definition(2, 1));
    begin(SERVICE);
    objects.cache(definition(2, 2));

    assertThat(check(SERVICE, false)).isInstanceOf(Result.Wait.class);
  }

  @Test
  void aJobOfAnOldRevisionWaitsLongEnoughForASlowClient() {
    objects.cache(revision(7, 7));
    objects.cache(old(JOB));
    begin(JOB);
    time.advance(Duration.ofMillis(9_999));
    assertThat(check(JOB, false)).isInstanceOf(Result.Wait.class);
    objects.write(revision(8, 7));
    time.advance(Duration.ofMillis(1));

    assertThat(check(JOB, false)).isEqualTo(PLAN_AGAIN);
    assertThat(objects.find(objects.key()).orElseThrow().getMetadata().getGeneration())
        .isEqualTo(8);
  }

  @Test
  void aJobWhoseDefinitionChangesAfterItWaitsTheShortDelay() {
    objects.cache(revision(7, 7));
    begin(JOB);
    time.advance(Duration.ofSeconds(8));
    change(revision(8, 7));

    assertThat(check(JOB, false)).isEqualTo(PLAN_AGAIN);
    time.advance(Duration.ofSeconds(2));
    objects.cache(revision(8, 8));
    objects.cache(old(JOB));
    assertThat(check(JOB, false)).isEqualTo(PLAN_AGAIN);
    assertThat(check(JOB, false)).isEqualTo(PASSED);
  }

  @Test
  void aJobWhoseDefinitionChangedJustBeforeItWaitsTheShortDelay() {
    change(revision(8, 7));
    objects.cache(revision(8, 8));
    objects.cache(old(JOB));
    time.advance(Duration.ofSeconds(1));
    begin(JOB);
    assertThat(check(JOB, false)).isInstanceOf(Result.Wait.class);
    time.advance(Duration.ofSeconds(2));

    assertThat(check(JOB, false)).isEqualTo(PLAN_AGAIN);
    assertThat(check(JOB, false)).isEqualTo(PASSED);
  }

  @Test
  void aChangeByTheReleaseBeforeDoesNotShortenTheWait() {
    change(revision(8, 7));
    objects.cache(revision(8, 8));
    time.advance(Duration.ofSeconds(3));
    begin(JOB);
    time.advance(Duration.ofSeconds(5));

    assertThat(check(JOB, false)).isInstanceOf(Result.Wait.class);
  }

  @Test
  void aJobWaitsWhileAClientGoesOnToChangeObjectsOfItsNamespace() {
    objects.cache(revision(7, 7));
    objects.cache(old(JOB));
    begin(JOB);
    for (int i = 0; i < 8; i++) {
      time.advance(Duration.ofMillis(1_500));
      change(definition("other-" + i, 1, 0));
    }
    time.advance(Duration.ofMillis(1_999));
    assertThat(check(JOB, false)).isInstanceOf(Result.Wait.class);
    time.advance(Duration.ofMillis(1));

    assertThat(check(JOB, false)).isEqualTo(PLAN_AGAIN);
    assertThat(check(JOB, false)).isEqualTo(PASSED);
  }

  @Test
  void aJobDoesNotWaitForEverInANamespaceThatChangesAllTheTime() {
    objects.cache(revision(7, 7));
    objects.cache(old(JOB));
    begin(JOB);
    for (int i = 0; i < 30; i++) {
      assertThat(check(JOB, false)).isInstanceOf(Result.Wait.class);
      time.advance(Duration.ofSeconds(1));
      change(definition("other-" + i, 1, 0));
    }

    assertThat(check(JOB, false)).isEqualTo(PLAN_AGAIN);
  }

  @Test
  void aJobWithATemplateWaitsTheShortDelayForItsCluster() {
    Wanted job =
        Wanted.task("{'clusterRef':{'name':'main'},'template':{'cpu':'256'}}").named("web");
    objects.cache(Wanted.cluster("{}").named("main").object());
    objects.cache(revision(1, 1));
    objects.cache(old(job));
    List<ReferenceField> fields =
        List.of(
            ReferenceField.of("clusterRef", "EcsCluster", "cluster"),
            ReferenceField.of("template", "EcsTaskDefinition", "taskDefinition").asTemplate());
    check.begin(memory, job.desired(), fields, false);
    assertThat(check.check(memory, job.desired(), fields, false)).isInstanceOf(Result.Wait.class);
    time.advance(Duration.ofSeconds(2));

    assertThat(check.check(memory, job.desired(), fields, false)).isEqualTo(PLAN_AGAIN);
  }

  @Test
  void aServiceThatChangesWithItsDefinitionDoesNotWaitInEitherOrder() {
    written();
    begin(CHANGED);
    assertThat(check(CHANGED, true)).isInstanceOf(Result.Wait.class);
    objects.cache(definition(2, 2));
    assertThat(check(CHANGED, true)).isEqualTo(PLAN_AGAIN);
    assertThat(check(CHANGED, true)).isEqualTo(PASSED);
    assertThat(objects.reads).isZero();

    objects.cache(definition(3, 3));
    begin(CHANGED);
    Wanted again = CHANGED.changedTo("{'taskDefinitionRef':{'name':'web'},'cpu':2}");
    begin(again);
    assertThat(check(again, true)).isEqualTo(PASSED);
    assertThat(objects.reads).isZero();
  }

  @Test
  void aServiceThatBeginsToReferToAnObjectWaitsForChangesOfIt() {
    written();
    objects.cache(definition("other", 1, 1));
    Wanted other = SERVICE.changedTo("{'taskDefinitionRef':{'name':'other'},'cpu':1}");
    begin(other);
    assertThat(check(other, true)).isInstanceOf(Result.Wait.class);

    objects.cache(definition("other", 2, 1));
    assertThat(check(other, true)).isEqualTo(PLAN_AGAIN);
    assertThat(check(other, true)).isEqualTo(PASSED);
    assertThat(objects.reads).isZero();
  }

  @Test
  void aServiceWithANewReferenceBesideTheOldOneWaitsForBoth() {
    List<ReferenceField> fields =
        Stream.concat(FIELDS.stream(), Stream.of(ReferenceField.waitingFor("dependsOn", "EcsTask")))
            .toList();
    written();
    EcsTask migration = (EcsTask) Wanted.task("{}").named("migrate").object();
    migration.setStatus(
        EcsTaskStatus.unknown()
            .withCommon(CommonStatus.unknown().withArn("arn").withEffectiveGeneration(1L)));
    objects.cache(migration);
    Wanted both =
        SERVICE.changedTo(
            "{'taskDefinitionRef':{'name':'web'},'dependsOn':[{'kind':'EcsTask','name':'migrate'}]}");
    check.begin(memory, both.desired(), fields, false);

    assertThat(check.check(memory, both.desired(), fields, true)).isInstanceOf(Result.Wait.class);
  }

  @Test
  void aServiceFollowsItsDefinitionOnceItsOwnChangeWouldBeKnown() {
    written();
    objects.cache(definition(2, 2));
    check.begin(memory, SERVICE.desired(), FIELDS, true);

    assertThat(check(SERVICE, true)).isInstanceOf(Result.Wait.class);
    time.advance(Duration.ofSeconds(2));
    objects.cache(SERVICE.object());
    assertThat(check(SERVICE, true)).isEqualTo(PLAN_AGAIN);
    assertThat(check(SERVICE, true)).isEqualTo(PASSED);
  }

  @Test
  void aServiceWaitsForItsOwnSpecIfTheCacheShowsAnOlderOne() {
    written();
    objects.cache(definition(2, 2));
    check.begin(memory, SERVICE.desired(), FIELDS, true);
    time.advance(Duration.ofSeconds(2));
    objects.write(CHANGED.object());

    assertThat(check(SERVICE, true)).isInstanceOf(Result.Wait.class);
  }

  @Test
  void objectsThatAreCreatedTogetherDoNotWait() {
    EcsResource<?> definition = definition(1, 1);
    definition.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    EcsResource<?> service = SERVICE.object();
    service.getMetadata().setCreationTimestamp("2026-01-01T00:00:30Z");
    objects.cache(definition);
    objects.cache(service);

    begin(SERVICE);

    assertThat(check(SERVICE, true)).isEqualTo(PASSED);
  }

  @Test
  void aNewServiceOfAnOldDefinitionWaits() {
    EcsResource<?> definition = definition(1, 1);
    definition.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    EcsResource<?> service = SERVICE.object();
    service.getMetadata().setCreationTimestamp("2026-01-01T01:00:00Z");
    objects.cache(definition);
    objects.cache(service);

    begin(SERVICE);

    assertThat(check(SERVICE, true)).isInstanceOf(Result.Wait.class);
  }

  @Test
  void eachGenerationIsCheckedOnce() {
    objects.cache(definition(1, 1));
    objects.cache(old(SERVICE));
    begin(SERVICE);
    time.advance(Duration.ofSeconds(2));
    assertThat(check(SERVICE, true)).isEqualTo(PLAN_AGAIN);
    begin(SERVICE);
    assertThat(check(SERVICE, true)).isEqualTo(PASSED);

    begin(CHANGED);

    assertThat(check(CHANGED, true)).isInstanceOf(Result.Wait.class);
  }

  @Test
  void aGenerationThatWasInEffectBeforeTheOperatorStartedIsNotCheckedAgain() {
    objects.cache(definition(1, 1));

    check.begin(memory, SERVICE.desired(), FIELDS, true);

    assertThat(check(SERVICE, true)).isEqualTo(PASSED);
  }

  @Test
  void anObjectWithoutReferencesDoesNotWait() {
    Wanted service = Wanted.service("{'taskDefinition':'web:1'}");
    begin(service);

    assertThat(check(service, false)).isEqualTo(PASSED);
  }

  @Test
  void aDefinitionThatIsDeletedMeanwhileIsWaitedFor() {
    objects.cache(definition(1, 1));
    begin(SERVICE);
    objects.written.clear();
    time.advance(Duration.ofSeconds(2));

    assertThat(check(SERVICE, false)).isInstanceOf(Result.Wait.class);
  }

  @Test
  void anObjectThatHasGoneSinceTheLastWriteIsNotWaitedFor() {
    written();
    objects.cache(SERVICE.object());
    objects.remove(objects.key());
    check.begin(memory, SERVICE.desired(), FIELDS, true);
    assertThat(check(SERVICE, true)).isInstanceOf(Result.Wait.class);
    time.advance(Duration.ofSeconds(2));

    assertThat(check(SERVICE, true)).isEqualTo(PLAN_AGAIN);
    assertThat(check(SERVICE, true)).isEqualTo(PASSED);
  }

  /** The service was in effect with the first generation of its definition. */
  private void written() {
    objects.cache(definition(1, 1));
    check.begin(memory, SERVICE.desired(), FIELDS, true);
  }

  private void begin(Wanted wanted) {
    check.begin(memory, wanted.desired(), FIELDS, false);
  }

  private Result check(Wanted wanted, boolean correctable) {
    return check.check(memory, wanted.desired(), FIELDS, correctable);
  }

  /** A client changed an object, and its reconcile has begun. */
  private void change(EcsResource<?> object) {
    objects.cache(object);
    check.begin(
        new ObjectMemory(),
        Desired.of(object, Set.of(), Policies.Deletion.DELETE),
        List.of(),
        false);
  }

  private static EcsResource<?> old(Wanted wanted) {
    EcsResource<?> object = wanted.object();
    object.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    return object;
  }

  /** A definition that has revisions in ECS. */
  private static EcsResource<?> revision(long generation, long effective) {
    EcsTaskDefinition definition = (EcsTaskDefinition) definition(generation, effective);
    definition.setStatus(
        definition
            .getStatus()
            .withCommon(
                definition
                    .getStatus()
                    .common()
                    .withArn("arn:aws:ecs:eu-west-1:1:task-definition/web:" + effective)));
    return definition;
  }

  private static EcsResource<?> definition(long generation, long effective) {
    return definition("web", generation, effective);
  }

  private static EcsResource<?> definition(String name, long generation, long effective) {
    EcsTaskDefinition definition =
        (EcsTaskDefinition) Wanted.taskDefinition("{}").named(name).object();
    definition.getMetadata().setGeneration(generation);
    definition.getMetadata().setCreationTimestamp(Instant.EPOCH.toString());
    definition.setStatus(
        new EcsTaskDefinitionStatus(
            CommonStatus.unknown().withArn("arn").withEffectiveGeneration(effective),
            null,
            null,
            null,
            null,
            null));
    return definition;
  }

  /** An API server, and a cache that may be behind it. */
  private static final class ApiServer implements KubernetesObjects {
    private final Map<ObjectKey, EcsResource<?>> written = new HashMap<>();
    private final Map<ObjectKey, EcsResource<?>> cached = new HashMap<>();
    private int reads;

    ObjectKey key() {
      return new ObjectKey("EcsTaskDefinition", "shop", "web");
    }

    void write(EcsResource<?> object) {
      written.put(ObjectKey.of(object), object);
    }

    void remove(ObjectKey key) {
      written.remove(key);
      cached.remove(key);
    }

    void cache(EcsResource<?> object) {
      write(object);
      cached.put(ObjectKey.of(object), object);
    }

    @Override
    public Optional<EcsResource<?>> find(ObjectKey key) {
      return Optional.ofNullable(cached.get(key));
    }

    @Override
    public Optional<EcsResource<?>> read(ObjectKey key) {
      reads++;
      Optional<EcsResource<?>> read = Optional.ofNullable(written.get(key));
      read.ifPresent(object -> cached.put(key, object));
      return read;
    }

    @Override
    public List<Referrer> referrers(ObjectKey referred) {
      return List.of();
    }
  }
}
