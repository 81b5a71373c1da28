package io.ecsoperator.operator.informer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.operator.KubernetesClients;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformersTest {
  private static final String SPEC = "{\"tags\":[]}";

  private final FakeApiServer server = new FakeApiServer();
  private final AtomicInteger restored = new AtomicInteger();
  private final List<UnreadableObject> reported = new CopyOnWriteArrayList<>();
  private final Informers informers =
      new Informers(
          Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
          new SimpleMeterRegistry(),
          new Random(1),
          new InformerListener() {
            @Override
            public void restored() {
              restored.incrementAndGet();
            }

            @Override
            public void unreadable(UnreadableObject object) {
              reported.add(object);
            }
          });
  private final KubernetesClient kubernetes =
      KubernetesClients.of(new ConfigBuilder().withMasterUrl(server.url()).build()).build();
  private final SharedIndexInformer<EcsCluster> informer =
      informers.client(kubernetes).resources(EcsCluster.class).inAnyNamespace().runnableInformer(0);

  @AfterEach
  void stop() {
    informer.stop();
    kubernetes.close();
    server.close();
  }

  @Test
  void objectsOfTheFirstListAndOfWatchEventsAreCached() {
    server.put("listed", SPEC);
    informer.run();
    assertThat(names()).containsExactly("listed");

    server.send("ADDED", server.cluster("added", SPEC));
    await(() -> names().equals(List.of("added", "listed")));
    server.send("DELETED", server.cluster("listed", SPEC));
    await(() -> names().equals(List.of("added")));
    assertThat(server.lists()).isEqualTo(1);
  }

  @Test
  void theFirstListEndsAlthoughItsStarterHoldsALockThatAHandlerNeeds() {
    server.put("listed", SPEC);
    List<String> handled = new CopyOnWriteArrayList<>();
    ReentrantLock lock = new ReentrantLock();
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(EcsCluster cluster) {
            lock.lock();
            try {
              handled.add(cluster.getMetadata().getName());
            } finally {
              lock.unlock();
            }
          }

          @Override
          public void onUpdate(EcsCluster before, EcsCluster after) {}

          @Override
          public void onDelete(EcsCluster cluster, boolean deletedFinalStateUnknown) {}
        });

    lock.lock();
    try {
      assertThat(informer.start().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    } finally {
      lock.unlock();
    }

    await(() -> handled.equals(List.of("listed")));
  }

  @Test
  void aWatchThatEndsAtItsTimeIsContinuedWithoutAList() {
    informer.run();

    server.endWatch();
    server.send("ADDED", server.cluster("late", SPEC));

    await(() -> names().equals(List.of("late")));
    assertThat(server.lists()).isEqualTo(1);
  }

  @Test
  void aChangeIsSeenAlthoughEachNewWatchIsRefusedAsTooOld() {
    informer.run();

    server.refuseWatches();
    server.put("changed", SPEC);

    await(() -> names().equals(List.of("changed")));
  }

  @Test
  void anErrorEventLeadsToANewList() {
    informer.run();

    server.put("missed", SPEC);
    server.send("ERROR", "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}");

    await(() -> names().equals(List.of("missed")));
  }

  @Test
  void anOlderCopyOfEtcdReplacesTheCacheAndIsReported() {
    server.put("new", SPEC);
    server.put("old", SPEC);
    informer.run();

    server.restore(50);
    server.put("old", SPEC);
    server.endWatch();

    await(() -> names().equals(List.of("old")));
    await(() -> restored.get() == 1);
    assertThat(informer.lastSyncResourceVersion()).isEqualTo("51");
  }

  @Test
  void anOlderCopyOfEtcdWhoseVersionsWereRaisedIsReported() {
    server.put("kept", SPEC);
    informer.run();
    server.send("MODIFIED", server.cluster("kept", "{\"clusterName\":\"newer\"}"));
    await(() -> informer.getStore().list().getFirst().getSpec().has("clusterName"));

    server.restore(50);
    server.put("kept", SPEC);
    server.raiseVersion(1_000_000);
    server.refuseWatches();

    await(() -> restored.get() == 1);
    assertThat(informer.getStore().list().getFirst().getSpec().has("clusterName")).isFalse();
  }

  @Test
  void handlersGetEachEventUntilTheInformerHasStopped() {
    server.put("a", SPEC);
    informer.run();
    server.send("ADDED", server.cluster("b", SPEC));

    informer.stop();

    assertThat(informer.stopped().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    assertThat(informer.isRunning()).isFalse();
    assertThat(reported).isEmpty();
  }

  @Test
  void anInformerThatWasStoppedBeforeItsStartDoesNotStart() {
    informer.stop();

    informer.start();

    assertThat(informer.isRunning()).isFalse();
    assertThat(server.lists()).isZero();
  }

  @Test
  void anUnreadableObjectThatIsDeletedWhileNothingIsWatchedIsForgotten() {
    server.put("huge", "{\"x\":".repeat(1_200) + "1" + "}".repeat(1_200));
    informer.run();
    assertThat(informers.unreadable().all()).hasSize(1);

    server.remove("huge");
    server.send("ERROR", "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}");

    await(() -> informers.unreadable().all().isEmpty());
  }

  @Test
  void aDeeplyNestedObjectIsSkippedInTheFirstListAndOthersAreRead() {
    server.put("a", SPEC);
    server.put("deep", "{\"x\":".repeat(1_200) + "1" + "}".repeat(1_200));
    server.put("z", SPEC);

    informer.run();

    assertThat(names()).containsExactly("a", "z");
    assertThat(reported)
        .singleElement()
        .satisfies(
            object -> {
              assertThat(object.key()).hasToString("EcsCluster team/deep");
              assertThat(object.uid()).isEqualTo("uid-deep");
              assertThat(object.why()).contains("nesting depth");
            });
  }

  @Test
  void anObjectWithALongNameOfAMemberIsSkipped() {
    server.put("a", SPEC);
    server.put("long", "{\"" + "k".repeat(60_000) + "\":1}");

    informer.run();

    assertThat(names()).containsExactly("a");
    assertThat(reported).extracting(object -> object.key().name()).containsExactly("long");
  }

  @Test
  void aHugeObjectIsSkipped() {
    server.put("a", SPEC);
    server.put("huge", "{\"x\":\"" + "y".repeat(3_000_000) + "\"}");

    runsWithout("It is larger than 512 KiB.");
  }

  @Test
  void anObjectThatBecomesUnreadableKeepsItsLastReadableVersion() {
    server.put("a", SPEC);
    informer.run();

    server.send("MODIFIED", server.cluster("a", "[".repeat(900) + "]".repeat(900)));
    server.send("ADDED", server.cluster("b", SPEC));

    await(() -> names().equals(List.of("a", "b")));
    assertThat(informers.unreadable().all())
        .extracting(object -> object.key().name())
        .containsExactly("a");
    server.send("MODIFIED", server.cluster("a", SPEC));
    await(() -> informers.unreadable().all().isEmpty());
  }

  /** Only the object "a" is read; the other one is reported. */
  private void runsWithout(String why) {
    informer.run();

    assertThat(names()).containsExactly("a");
    assertThat(reported)
        .singleElement()
        .satisfies(object -> assertThat(object.why()).isEqualTo(why));
  }

  /** Each takes 40 times the memory of its JSON. */
  @Test
  void anObjectWithTooManyValuesIsSkipped() {
    server.put("a", SPEC);
    server.put("many", "{\"x\":[" + "{},".repeat(50_000) + "0]}");

    runsWithout("It has too many values.");
  }

  @Test
  void annotationsOfOthersAreNotCached() {
    String large = "x".repeat(250_000);
    server.put(
        "team",
        "a",
        "{\"kubectl.kubernetes.io/last-applied-configuration\":\""
            + large
            + "\",\"ecs-operator.io/paused\":\"true\",\"other\":{\"not\":\"text\"}}",
        SPEC);
    informer.run();
    server.send("ADDED", server.cluster("team", "b", "{\"x/y\":\"" + large + "\"}", SPEC));

    await(() -> names().equals(List.of("a", "b")));
    assertThat(cached("a").getMetadata().getAnnotations())
        .containsOnlyKeys("ecs-operator.io/paused");
    assertThat(cached("a").getMetadata().getLabels()).isNullOrEmpty();
    assertThat(cached("b").getMetadata().getAnnotations()).isNullOrEmpty();
  }

  @Test
  void anObjectWhoseAnnotationsAreTooLargeIsNamedAndKeepsItsLastReadableVersion() {
    server.put("a", SPEC);
    informer.run();

    // Six bytes of JSON each, so that 256 KiB of annotations are 1.5 MiB.
    String large = "\\u0001".repeat(100_000);
    server.put("team", "a", "{\"ecs-operator.io/x\":\"" + large + "\"}", SPEC);
    server.put("b", SPEC);
    server.refuseWatches();

    await(() -> names().contains("b"));
    assertThat(names()).containsExactly("a", "b");
    assertThat(reported)
        .first()
        .satisfies(
            object -> {
              assertThat(object.key()).hasToString("EcsCluster team/a");
              assertThat(object.uid()).isEqualTo("uid-a");
            });
  }

  @Test
  void aNamespaceWithManyLargeObjectsKeepsNoObjectOfOthersOut() {
    Informers bounded = informers(new CacheBudget(400_000, 520_000));
    String large = "{\"clusterName\":\"" + "x".repeat(30_000) + "\"}";
    for (int i = 0; i < 50; i++) {
      server.put("greedy", "a" + (100 + i), "{}", large);
    }
    for (int i = 0; i < 10; i++) {
      server.put("honest", "z" + i, "{}", SPEC);
    }
    SharedIndexInformer<EcsCluster> all =
        bounded.client(kubernetes).resources(EcsCluster.class).inAnyNamespace().runnableInformer(0);
    try {
      all.run();
      server.send("ADDED", server.cluster("honest", "late", "{}", SPEC));

      await(() -> count(all, "honest") == 11);
      assertThat(count(all, "greedy")).isBetween(5L, 10L);
      assertThat(reported).hasSize((int) (50 - count(all, "greedy")));
      assertThat(reported).allSatisfy(object -> assertThat(object.why()).contains("memory"));

      for (int i = 0; i < 40; i++) {
        server.remove("a" + (100 + i));
        server.send("DELETED", server.cluster("greedy", "a" + (100 + i), "{}", large));
      }
      server.endWatch();

      await(() -> count(all, "greedy") > 6 && bounded.unreadable().all().size() < 5);
    } finally {
      all.stop();
    }
  }

  @Test
  void anObjectThatWasTakenIsTakenWithItsStatusAndARefusedOneIsReportedOnce() {
    Informers bounded = informers(new CacheBudget(100_000, 150_000));
    for (int i = 0; i < 50; i++) {
      server.put("greedy", "a" + (100 + i), "{}", SPEC);
    }
    SharedIndexInformer<EcsCluster> all =
        bounded.client(kubernetes).resources(EcsCluster.class).inAnyNamespace().runnableInformer(0);
    try {
      all.run();
      long taken = count(all, "greedy");
      assertThat(taken).isBetween(5L, 45L);

      for (int i = 0; i < 50; i++) {
        for (String reason : List.of("Reconciling", "Reconciled")) {
          server.send(
              "MODIFIED",
              withStatus(server.cluster("greedy", "a" + (100 + i), "{}", SPEC), reason));
        }
      }
      server.send("ADDED", server.cluster("honest", "last", "{}", SPEC));

      await(() -> count(all, "honest") == 1);
      assertThat(all.getStore().list())
          .filteredOn(cluster -> cluster.getMetadata().getNamespace().equals("greedy"))
          .hasSizeGreaterThanOrEqualTo((int) taken)
          .allSatisfy(
              cluster ->
                  assertThat(cluster.getStatus().common().conditions())
                      .extracting(Condition::reason)
                      .contains("Reconciled"));
      assertThat(reported).hasSize((int) (50 - taken));
    } finally {
      all.stop();
    }
  }

  /** With as many conditions as objects usually have. */
  private static String withStatus(String cluster, String reason) {
    String condition =
        "{\"type\":\"%s\",\"status\":\"True\",\"reason\":\""
            + reason
            + "\",\"message\":\""
            + "m".repeat(300)
            + "\",\"observedGeneration\":1,\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}";
    return cluster.strip().substring(0, cluster.strip().length() - 1)
        + ",\"status\":{\"observedGeneration\":1,\"arn\":\"arn:aws:ecs:eu-central-1:1:cluster/a\","
        + "\"conditions\":["
        + Stream.of("Ready", "Synced", "Reconciling", "Stalled")
            .map(condition::formatted)
            .collect(Collectors.joining(","))
        + "]}}";
  }

  private Informers informers(CacheBudget budget) {
    return new Informers(
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
        new SimpleMeterRegistry(),
        new Random(1),
        new InformerListener() {
          @Override
          public void restored() {}

          @Override
          public void unreadable(UnreadableObject object) {
            reported.add(object);
          }
        },
        budget);
  }

  private static long count(SharedIndexInformer<EcsCluster> informer, String namespace) {
    return informer.getStore().list().stream()
        .filter(cluster -> cluster.getMetadata().getNamespace().equals(namespace))
        .count();
  }

  private EcsCluster cached(String name) {
    return informer.getStore().list().stream()
        .filter(cluster -> cluster.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<String> names() {
    return informer.getStore().list().stream()
        .map(cluster -> cluster.getMetadata().getName())
        .sorted()
        .toList();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }
}
