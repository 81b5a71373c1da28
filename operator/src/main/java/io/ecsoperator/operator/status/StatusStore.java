package io.ecsoperator.operator.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.NotLeaderException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of status. It writes only what has changed, by server-side apply, and remembers
 * what it wrote until the cache shows it: a reconcile that follows a write at once would otherwise
 * not know, for example, which attempt it has begun.
 */
public final class StatusStore {
  private static final Logger LOG = LoggerFactory.getLogger(StatusStore.class);

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("ecs-operator")
          .withForce(true)
          .build();

  private final KubernetesClient kubernetes;
  private final ObjectMapper json;
  private final Leadership leadership;
  private final Clock clock;
  private final Duration patience;
  private final Map<String, Written> writtenByUid = new ConcurrentHashMap<>();
  private final Map<String, Held> heldByUid = new ConcurrentHashMap<>();
  private final Map<String, EcsResource<?>> patchedByUid = new ConcurrentHashMap<>();

  /**
   * @param patience how long a status may be held back that another one will soon replace
   */
  public StatusStore(
      KubernetesClient kubernetes,
      ObjectMapper json,
      Leadership leadership,
      Clock clock,
      Duration patience) {
    this.kubernetes = kubernetes;
    this.json = json;
    this.leadership = leadership;
    this.clock = clock;
    this.patience = patience;
  }

  private record Written(long resourceVersion, EcsStatus status) {}

  private record Held(EcsStatus status, Instant since) {}

  /**
   * Remembers an object as this operator has patched it, until the cache shows it: a write that is
   * based on an older version would be refused.
   */
  public void patched(EcsResource<?> object) {
    patchedByUid.put(object.getMetadata().getUid(), object);
  }

  /** The newest known version of an object: the cached one, or a newer one that was patched. */
  public <R extends EcsResource<?>> R newest(R cached) {
    String uid = cached.getMetadata().getUid();
    EcsResource<?> patched = patchedByUid.get(uid);
    if (patched != null && version(patched) > version(cached)) {
      @SuppressWarnings("unchecked") // A uid belongs to one kind.
      R newer = (R) patched;
      return newer;
    }
    patchedByUid.remove(uid);
    return cached;
  }

  /** The status of an object: the cached one, or a newer one that only this store knows. */
  public <S extends EcsStatus> Optional<S> latest(EcsResource<S> resource) {
    Held held = heldByUid.get(resource.getMetadata().getUid());
    if (held != null) {
      @SuppressWarnings("unchecked") // A uid belongs to one kind, and a kind to one status type.
      S status = (S) held.status;
      return Optional.of(status);
    }
    return known(resource);
  }

  private <S extends EcsStatus> Optional<S> known(EcsResource<S> resource) {
    String uid = resource.getMetadata().getUid();
    Written written = writtenByUid.get(uid);
    if (written != null && written.resourceVersion > version(resource)) {
      @SuppressWarnings("unchecked") // A uid belongs to one kind, and a kind to one status type.
      S status = (S) written.status;
      return Optional.of(status);
    }
    if (written != null) {
      // Another thread may have written a newer one meanwhile.
      writtenByUid.remove(uid, written);
    }
    return Optional.ofNullable(resource.getStatus());
  }

  /**
   * Writes the status if it differs from the latest; returns whether it did.
   *
   * @throws ObjectGoneException if the object no longer exists; the caller must not write to ECS
   *     for it
   * @throws NotLeaderException if another replica may be writing it
   */
  public <S extends EcsStatus> boolean write(EcsResource<S> resource, S status) {
    return write(resource, status, now -> true);
  }

  /**
   * Writes an intent. Unlike any other status it does not replace a status that this replica has
   * not seen: its writer may have made the same calls already. Returns whether it wrote.
   *
   * @throws StaleStatusException if another replica has written since
   */
  public <S extends EcsStatus> boolean writeIntent(EcsResource<S> resource, S intent) {
    Optional<S> known = known(resource);
    return write(
        resource,
        intent,
        now ->
            now.isEmpty()
                ? known.isEmpty()
                : known.filter(status -> sameAs(status, now.get())).isPresent());
  }

  private <S extends EcsStatus> boolean write(
      EcsResource<S> resource, S status, Predicate<Optional<S>> mayReplace) {
    heldByUid.remove(resource.getMetadata().getUid());
    Optional<S> known = known(resource);
    if (known.map(old -> sameAs(old, status)).orElse(false)) {
      return false;
    }
    EcsResource<S> applied = apply(resource, status, newestVersion(resource), mayReplace);
    writtenByUid.put(resource.getMetadata().getUid(), new Written(version(applied), status));
    logChange(resource, known, status);
    return true;
  }

  private static void logChange(
      EcsResource<?> resource, Optional<? extends EcsStatus> before, EcsStatus now) {
    String state = Conditions.summary(now.common());
    if (before.filter(old -> Conditions.summary(old.common()).equals(state)).isEmpty()) {
      LOG.atInfo()
          .addKeyValue("kind", resource.getKind())
          .addKeyValue("namespace", resource.getMetadata().getNamespace())
          .addKeyValue("name", resource.getMetadata().getName())
          .log("State is {}", state);
    }
  }

  /**
   * Writes the status, or holds it back for a while: most states on the way to Ready are replaced
   * within seconds, and each write costs the API server and all its watchers.
   *
   * @return after which time to write it if it is still the latest; empty if nothing is to be
   *     written
   */
  public <S extends EcsStatus> Optional<Duration> writeSoon(EcsResource<S> resource, S status) {
    String uid = resource.getMetadata().getUid();
    if (known(resource).map(old -> sameAs(old, status)).orElse(false)) {
      heldByUid.remove(uid);
      return Optional.empty();
    }
    Instant now = clock.instant();
    Held held =
        heldByUid.compute(
            uid, (same, before) -> new Held(status, before == null ? now : before.since));
    Duration left = Duration.between(now, held.since.plus(patience));
    if (left.isPositive()) {
      return Optional.of(left);
    }
    write(resource, status);
    return Optional.empty();
  }

  /**
   * Each write names the resource version that it is based on. So the API server refuses a write of
   * an earlier leader that arrives after a write of its successor.
   */
  private <S extends EcsStatus> EcsResource<S> apply(
      EcsResource<S> resource, S status, String version, Predicate<Optional<S>> mayReplace) {
    leadership.require();
    try {
      return kubernetes
          .resource(fresh(resource, status, version))
          .subresource("status")
          .patch(APPLY);
    } catch (KubernetesClientException e) {
      EcsResource<S> now = new WriteConflict<>(resource, version, e).next(kubernetes);
      if (!mayReplace.test(Optional.ofNullable(now.getStatus()))) {
        throw new StaleStatusException(resource);
      }
      return apply(resource, status, now.getMetadata().getResourceVersion(), mayReplace);
    }
  }

  /** The newest version of the object that is known. */
  public String newestVersion(EcsResource<?> resource) {
    Written written = writtenByUid.get(resource.getMetadata().getUid());
    return written != null && written.resourceVersion > version(resource)
        ? Long.toString(written.resourceVersion)
        : resource.getMetadata().getResourceVersion();
  }

  /** Forgets an object that was deleted. */
  public void forget(EcsResource<?> resource) {
    writtenByUid.remove(resource.getMetadata().getUid());
    heldByUid.remove(resource.getMetadata().getUid());
    patchedByUid.remove(resource.getMetadata().getUid());
  }

  /** Drops statuses that were held back: another replica may have written since. */
  public void reset() {
    heldByUid.clear();
  }

  /** Forgets what it wrote: the API server was restored to a state that may be older. */
  public void restored() {
    writtenByUid.clear();
    heldByUid.clear();
    patchedByUid.clear();
  }

  private boolean sameAs(EcsStatus old, EcsStatus status) {
    if (old.equals(status)) {
      return true;
    }
    // As text too: values inside a plan come back from the API server as other Java types.
    return Objects.equals(old.common().conditions(), status.common().conditions())
        && json.valueToTree(old).toString().equals(json.valueToTree(status).toString());
  }

  private static <S extends EcsStatus> EcsResource<S> fresh(
      EcsResource<S> resource, S status, String version) {
    EcsResource<S> fresh = resource.blank();
    // The uid makes the API server refuse to create the object anew should it be gone by now.
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(resource.getMetadata().getNamespace())
            .withName(resource.getMetadata().getName())
            .withUid(resource.getMetadata().getUid())
            .withResourceVersion(version)
            .build());
    fresh.setStatus(status);
    return fresh;
  }

  private static long version(EcsResource<?> resource) {
    // Resource versions of one kind can be compared: Kubernetes guarantees it since 1.35.
    return Long.parseLong(resource.getMetadata().getResourceVersion());
  }
}
