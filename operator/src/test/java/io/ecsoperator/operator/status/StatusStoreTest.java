package io.ecsoperator.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.config.LogLines;
import io.ecsoperator.operator.leader.NotLeaderException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusStoreTest {
  private final Api api = new Api();
  private final VirtualTime time = new VirtualTime();
  private boolean leading = true;
  private final StatusStore store =
      new StatusStore(api.client(), new ObjectMapper(), () -> leading, time, Duration.ofSeconds(6));

  @Test
  void aStatusIsWrittenOnceAndUnderTheObjectsUid() {
    EcsCluster cached = cluster(1, null);

    assertThat(store.write(cached, status("ACTIVE"))).isTrue();
    assertThat(store.write(cached, status("ACTIVE"))).isFalse();

    assertThat(api.written).hasSize(1);
    EcsCluster written = (EcsCluster) api.written.getFirst();
    assertThat(written.getMetadata().getUid()).isEqualTo(Wanted.UID);
    assertThat(written.getStatus()).isEqualTo(status("ACTIVE"));
    assertThat(written.getSpec()).as("spec is the user's").isNull();
  }

  @Test
  void aChangeOfTheStateIsLoggedOnce() {
    EcsCluster cached = cluster(1, null);
    try (LogLines logs = new LogLines()) {
      store.write(cached, inState("Reconciling", "CreateInProgress"));
      store.write(cached, inState("Reconciling", "Throttled"));
      store.write(cached, inState("Stalled", "AccessDenied"));
      store.write(cached, inState("Stalled", "AccessDenied"));
      store.write(cached, inState("Ready", "Reconciled"));

      assertThat(logs.lines())
          .filteredOn(line -> line.startsWith("{"))
          .extracting(line -> Trees.node(line).path("message").asText())
          .containsExactly(
              "State is Reconciling", "State is Stalled: AccessDenied", "State is Ready");
      assertThat(logs.lines()).allSatisfy(line -> assertThat(line).contains("EcsCluster"));
    }
  }

  private static EcsClusterStatus inState(String type, String reason) {
    Condition condition =
        new Condition(type, "True", reason, "because", 1L, "2026-01-01T00:00:00Z");
    return status("ACTIVE")
        .withCommon(
            new CommonStatus(1L, null, null, null, List.of(condition), null, null, null, null));
  }

  @Test
  void withoutLeadershipNothingIsWritten() {
    leading = false;

    assertThatThrownBy(() -> store.write(cluster(1, null), status("ACTIVE")))
        .isInstanceOf(NotLeaderException.class);
    assertThat(api.written).isEmpty();
  }

  @Test
  void writtenStatusIsUsedUntilTheCacheShowsIt() {
    EcsCluster cached = cluster(1, "OLD");
    store.write(cached, status("ACTIVE"));

    assertThat(store.latest(cached)).contains(status("ACTIVE"));
    assertThat(store.latest(cluster(api.version - 1, "OLDER"))).contains(status("ACTIVE"));
    assertThat(store.latest(cluster(api.version, "SHOWN"))).contains(status("SHOWN"));
    assertThat(store.latest(cached)).contains(status("OLD"));
  }

  @Test
  void aPatchedObjectIsUsedUntilTheCacheShowsIt() {
    EcsCluster patched = cluster(5, null);

    store.patched(patched);

    assertThat(store.newest(cluster(4, null))).isSameAs(patched);
    EcsCluster shown = cluster(5, null);
    assertThat(store.newest(shown)).isSameAs(shown);
    EcsCluster cached = cluster(4, null);
    assertThat(store.newest(cached)).as("an API server that was restored").isSameAs(cached);
  }

  @Test
  void passingStatusIsHeldBackAndIsUsedAllTheSame() {
    EcsCluster cached = cluster(1, "OLD");

    assertThat(store.writeSoon(cached, status("PASSING"))).contains(Duration.ofSeconds(6));
    assertThat(store.latest(cached)).contains(status("PASSING"));
    time.advance(Duration.ofSeconds(4));
    assertThat(store.writeSoon(cached, status("PASSING ON"))).contains(Duration.ofSeconds(2));
    assertThat(store.write(cached, status("ACTIVE"))).isTrue();

    assertThat(api.written).hasSize(1);
    assertThat(store.latest(cached)).contains(status("ACTIVE"));
  }

  @Test
  void statusThatStaysIsWrittenAfterAWhile() {
    EcsCluster cached = cluster(1, "OLD");
    store.writeSoon(cached, status("PASSING"));
    time.advance(Duration.ofSeconds(6));

    assertThat(store.writeSoon(cached, status("PASSING"))).isEmpty();

    assertThat(api.written).hasSize(1);
    assertThat(store.latest(cached)).contains(status("PASSING"));
    assertThat(store.writeSoon(cached, status("PASSING"))).isEmpty();
    assertThat(api.written).hasSize(1);
  }

  @Test
  void unchangedStatusIsNotWritten() {
    EcsCluster cached = cluster(1, "OLD");
    store.writeSoon(cached, status("PASSING"));

    assertThat(store.writeSoon(cached, status("OLD"))).isEmpty();

    assertThat(store.latest(cached)).contains(status("OLD"));
    assertThat(api.written).isEmpty();
  }

  @Test
  void heldStatusDoesNotOutliveLeadership() {
    EcsCluster cached = cluster(1, "OLD");
    store.writeSoon(cached, status("PASSING"));

    store.reset();

    assertThat(store.latest(cached)).contains(status("OLD"));
  }

  @Test
  void anUnchangedStatusOfTheCacheIsNotWritten() {
    assertThat(store.write(cluster(1, "ACTIVE"), status("ACTIVE"))).isFalse();
    assertThat(api.written).isEmpty();
  }

  @Test
  void aForgottenObjectIsAsTheCacheHasIt() {
    EcsCluster cached = cluster(1, "OLD");
    store.write(cached, status("ACTIVE"));

    store.forget(cached);

    assertThat(store.latest(cached)).contains(status("OLD"));
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409})
  void nothingGoesOnForAnObjectThatIsGone(int code) {
    api.failure = new KubernetesClientException("no", code, null);

    assertThatThrownBy(() -> store.write(cluster(1, null), status("ACTIVE")))
        .isInstanceOf(ObjectGoneException.class)
        .hasMessage("EcsCluster shop/web is gone");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409})
  void aRefusalWithoutANewerVersionIsReportedSoThatTheWriteIsRepeated(int code) {
    api.failure = new KubernetesClientException("no", code, null);
    api.now = cluster(1, null);

    assertThatThrownBy(() -> store.write(cluster(1, null), status("ACTIVE"))).isSameAs(api.failure);
  }

  @Test
  void nothingGoesOnForAnObjectThatIsAnother() {
    api.failure = new KubernetesClientException("no", 409, null);
    EcsCluster another = cluster(12, null);
    another.getMetadata().setUid("another");
    api.now = another;

    assertThatThrownBy(() -> store.write(cluster(1, null), status("ACTIVE")))
        .isInstanceOf(ObjectGoneException.class);
  }

  @Test
  void eachWriteFollowsTheNewestVersionThatIsKnown() {
    EcsCluster cached = cluster(1, null);
    store.write(cached, status("ACTIVE"));
    store.write(cached, status("INACTIVE"));
    store.write(cluster(20, null), status("ACTIVE"));

    assertThat(api.written)
        .extracting(object -> object.getMetadata().getResourceVersion())
        .containsExactly("1", "11", "20");
  }

  @Test
  void changeByOthersIsFollowed() {
    api.now = cluster(15, null);
    api.onlyVersion = "15";

    assertThat(store.write(cluster(1, null), status("ACTIVE"))).isTrue();

    assertThat(api.written)
        .extracting(object -> object.getMetadata().getResourceVersion())
        .containsExactly("15");
  }

  @Test
  void anIntentFollowsAChangeThatIsNoneOfTheStatus() {
    api.now = cluster(15, "ACTIVE");
    api.onlyVersion = "15";

    assertThat(store.writeIntent(cluster(1, "ACTIVE"), status("INACTIVE"))).isTrue();

    assertThat(api.written).hasSize(1);
  }

  @Test
  void anIntentDoesNotReplaceAStatusThatIsNotKnownHere() {
    api.now = cluster(15, "PROVISIONING");
    api.onlyVersion = "15";

    assertThatThrownBy(() -> store.writeIntent(cluster(1, "ACTIVE"), status("INACTIVE")))
        .isInstanceOf(StaleStatusException.class);
    assertThatThrownBy(() -> store.writeIntent(cluster(1, null), status("INACTIVE")))
        .isInstanceOf(StaleStatusException.class);

    assertThat(api.written).isEmpty();
  }

  @Test
  void aWriteThatComesAfterTheNextLeadersIsGivenUp() {
    api.now = cluster(15, null);
    api.onlyVersion = "15";
    api.onRefusal = () -> leading = false;

    assertThatThrownBy(() -> store.write(cluster(1, null), status("ACTIVE")))
        .isInstanceOf(NotLeaderException.class);
    assertThat(api.written).isEmpty();
  }

  @Test
  void otherFailuresAreNotHidden() {
    api.failure = new KubernetesClientException("no", 500, null);

    assertThatThrownBy(() -> store.write(cluster(1, null), status("ACTIVE"))).isSameAs(api.failure);
    assertThat(store.latest(cluster(1, null))).isEmpty();
  }

  private static EcsCluster cluster(long version, String status) {
    EcsCluster cluster = (EcsCluster) Wanted.cluster("{}").object();
    cluster.getMetadata().setResourceVersion(Long.toString(version));
    cluster.setStatus(status == null ? null : status(status));
    return cluster;
  }

  private static EcsClusterStatus status(String status) {
    return new EcsClusterStatus(CommonStatus.unknown(), status, null, null);
  }

  /** As much of the API server as a status needs: each write has a higher version. */
  private static final class Api {
    private final List<HasMetadata> written = new ArrayList<>();
    private long version = 10;
    private KubernetesClientException failure;
    private EcsCluster now;
    private String onlyVersion = "";
    private Runnable onRefusal = () -> {};

    KubernetesClient client() {
      return (KubernetesClient)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {KubernetesClient.class},
              (proxy, method, arguments) -> resource((HasMetadata) arguments[0]));
    }

    private Object resource(HasMetadata object) {
      return Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {NamespaceableResource.class},
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "subresource" -> proxy;
                case "patch" -> write(object);
                case "get" -> now;
                default -> throw new UnsupportedOperationException(method.getName());
              });
    }

    private HasMetadata write(HasMetadata object) {
      if (failure != null) {
        throw failure;
      }
      if (!onlyVersion.isEmpty()
          && !onlyVersion.equals(object.getMetadata().getResourceVersion())) {
        onRefusal.run();
        throw new KubernetesClientException("changed", 409, null);
      }
      written.add(object);
      EcsCluster answer = cluster(++version, null);
      return answer;
    }
  }
}
