package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.desired.Annotations;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Keeps the object that a template in a spec describes, as a Deployment keeps its ReplicaSets. It
 * has the name of the object with the template, which owns it: Kubernetes deletes it after its
 * owner.
 */
final class TemplateObject {
  private static final int UNPROCESSABLE = 422;
  private static final Duration UNTIL_CACHED = Duration.ofSeconds(1);
  private static final Duration UNTIL_DELETED = Duration.ofSeconds(10);

  private final KubernetesClient kubernetes;
  private final CachedObjects objects;
  private final UnaryOperator<Supplier<Optional<ReadyState>>> requests;

  /**
   * @param requests sends a request to the API server when its turn has come; most reconciles find
   *     the object as it should be in the cache, and send none
   */
  TemplateObject(
      KubernetesClient kubernetes,
      CachedObjects objects,
      UnaryOperator<Supplier<Optional<ReadyState>>> requests) {
    this.kubernetes = kubernetes;
    this.objects = objects;
    this.requests = requests;
  }

  /**
   * Creates or updates the object, so that it is as the template says.
   *
   * @return why that cannot be done; empty if nothing is left to be done
   * @throws KubernetesClientException if the API server fails; the next reconcile tries again
   */
  Optional<ReadyState> align(EcsResource<?> owner, ReferenceField field) {
    if (!owner.getSpec().has(field.field())) {
      return Optional.empty();
    }
    ObjectKey key = key(owner, field);
    Optional<EcsResource<?>> present = objects.find(key);
    Optional<ReadyState> obstacle = present.flatMap(object -> obstacle(key, object, owner));
    if (obstacle.isPresent()) {
      return obstacle;
    }
    ObjectNode spec = spec(owner, field);
    Optional<ReadyState> refusal =
        present.filter(object -> object.getSpec().equals(spec)).isPresent()
            ? Optional.empty()
            : requests.apply(() -> write(key, present, spec, owner)).get();
    return refusal.or(() -> alignMetadata(key, owner));
  }

  /**
   * Who may take over what the owner has, may take over what its template has. A restored object
   * has no owner, or one that is gone.
   */
  private Optional<ReadyState> alignMetadata(ObjectKey key, EcsResource<?> owner) {
    return objects
        .find(key)
        .filter(
            object ->
                !isOwnedBy(object, owner)
                    || !isMarked(object, owner)
                    || !Annotations.releaseTo(object).equals(Annotations.releaseTo(owner)))
        .flatMap(object -> requests.apply(() -> patchMetadata(key, object, owner)).get());
  }

  private Optional<ReadyState> patchMetadata(
      ObjectKey key, EcsResource<?> object, EcsResource<?> owner) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata =
        patch
            .putObject("metadata")
            .put("uid", object.getMetadata().getUid())
            .put("resourceVersion", object.getMetadata().getResourceVersion());
    metadata
        .putObject("annotations")
        .put(Annotations.TEMPLATE_OF, owner.getKind())
        .put(Annotations.RELEASE_TO, Annotations.releaseTo(owner).orElse(null));
    ArrayNode owners = metadata.putArray("ownerReferences");
    object.getMetadata().getOwnerReferences().stream()
        .filter(reference -> !names(reference, owner))
        .forEach(owners::addPOJO);
    owners.addPOJO(reference(owner));
    try {
      objects.written(
          kubernetes
              .resource(object)
              .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.of(refusal(key, e));
    }
  }

  /**
   * Deletes the object once the owner's spec has no template and its resource does not need the
   * object any more.
   *
   * @param status of the owner, as it is now
   */
  void removeUnused(EcsResource<?> owner, EcsStatus status, ReferenceField field) {
    if (owner.getSpec().has(field.field())) {
      return;
    }
    objects
        .find(key(owner, field))
        .filter(object -> isOwnedBy(object, owner) && !object.isMarkedForDeletion())
        .filter(object -> !mayUse(owner, status, field, object))
        .ifPresent(object -> requests.apply(() -> delete(object)).get());
  }

  private static ObjectKey key(EcsResource<?> owner, ReferenceField field) {
    return new ObjectKey(
        field.kind(), owner.getMetadata().getNamespace(), owner.getMetadata().getName());
  }

  /**
   * Whether the owner's resource still runs what the object has in ECS, or may go back to it: until
   * another one is in effect, ECS may roll back.
   */
  private static boolean mayUse(
      EcsResource<?> owner, EcsStatus status, ReferenceField field, EcsResource<?> object) {
    boolean isInEffect =
        Objects.equals(status.common().effectiveGeneration(), owner.getMetadata().getGeneration());
    return status.uses(field.member())
        && (!isInEffect
            || status
                .usedArn(field.field())
                .map(Arn::nameWithoutRevision)
                .equals(
                    Optional.ofNullable(object.getStatus())
                        .map(own -> own.common().arn())
                        .map(Arn::nameWithoutRevision)));
  }

  private static Optional<ReadyState> obstacle(
      ObjectKey key, EcsResource<?> object, EcsResource<?> owner) {
    String name = key.kind() + " " + key.name();
    if (object.isMarkedForDeletion()) {
      return Optional.of(
          new ReadyState.Reconciling(
              Reason.WAITING_FOR_REFERENCE,
              "Waiting until the former " + name + " is deleted.",
              UNTIL_DELETED));
    }
    return isOwnedBy(object, owner) || isRestored(object, owner)
        ? Optional.empty()
        : Optional.of(
            new ReadyState.Stalled(
                Reason.INVALID_SPEC,
                "The template needs the name %s, which an object of its own has: refer to that one, or rename this object."
                    .formatted(name)));
  }

  /** The template, with the policies of the object that has it. */
  private static ObjectNode spec(EcsResource<?> owner, ReferenceField field) {
    ObjectNode spec = owner.getSpec().get(field.field()).deepCopy();
    return spec.setAll(Policies.ofTemplate(owner.getSpec(), field.field(), field.kind()));
  }

  private Optional<ReadyState> write(
      ObjectKey key, Optional<EcsResource<?>> present, ObjectNode spec, EcsResource<?> owner) {
    try {
      objects.written(present.isPresent() ? update(present.get(), spec) : create(key, spec, owner));
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.of(refusal(key, e));
    }
  }

  private EcsResource<?> create(ObjectKey key, ObjectNode spec, EcsResource<?> owner) {
    EcsResource<?> object = objects.blank(key.kind());
    object.setSpec(spec);
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(key.namespace())
            .withName(key.name())
            .withOwnerReferences(reference(owner))
            .withAnnotations(Map.of(Annotations.TEMPLATE_OF, owner.getKind()))
            .build());
    return kubernetes.resource(object).create();
  }

  /** A patch, because the cached object lacks the labels and annotations of others. */
  private EcsResource<?> update(EcsResource<?> present, ObjectNode spec) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    put(patch, "/metadata/uid").put("value", present.getMetadata().getUid());
    put(patch, "/metadata/resourceVersion")
        .put("value", present.getMetadata().getResourceVersion());
    put(patch, "/spec").set("value", spec);
    return kubernetes.resource(present).patch(PatchContext.of(PatchType.JSON), patch.toString());
  }

  private static ObjectNode put(ArrayNode patch, String path) {
    return patch.addObject().put("op", "add").put("path", path);
  }

  private static ReadyState refusal(ObjectKey key, KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT ->
          new ReadyState.Reconciling(
              Reason.WAITING_FOR_REFERENCE,
              "Waiting until the informer shows the newest %s %s."
                  .formatted(key.kind(), key.name()),
              UNTIL_CACHED);
      case UNPROCESSABLE, HttpURLConnection.HTTP_FORBIDDEN ->
          new ReadyState.Stalled(Reason.INVALID_SPEC, "template: " + e.getStatus().getMessage());
      default -> throw e;
    };
  }

  private Optional<ReadyState> delete(EcsResource<?> object) {
    // An object of this name that was created since is not deleted.
    try {
      kubernetes
          .resource(object)
          .lockResourceVersion(object.getMetadata().getResourceVersion())
          .delete();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.of(refusal(ObjectKey.of(object), e));
    }
  }

  /**
   * Whether the owner can have another object of this name after this one. A namespace that is
   * being deleted takes no new objects, maybe before the owner is deleted as well.
   *
   * @throws KubernetesClientException if the API server does not say so
   */
  boolean isReplaceable(EcsResource<?> object) {
    EcsResource<?> next = object.blank();
    next.setSpec(object.getSpec());
    next.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(object.getMetadata().getNamespace())
            .withName(object.getMetadata().getName())
            .build());
    try {
      kubernetes.resource(next).dryRun().create();
      return true;
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        // Only the object itself is in the way.
        case HttpURLConnection.HTTP_CONFLICT -> true;
        case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_NOT_FOUND, UNPROCESSABLE ->
            false;
        default -> throw e;
      };
    }
  }

  private static OwnerReference reference(EcsResource<?> owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  private static boolean isOwnedBy(EcsResource<?> object, EcsResource<?> owner) {
    return object.hasOwnerReferenceFor(owner.getMetadata().getUid());
  }

  /**
   * Whether the object was the owner's before both were restored under new uids. Some backups leave
   * out owners, others name those that are gone. An object with another owner stays that one's.
   */
  private static boolean isRestored(EcsResource<?> object, EcsResource<?> owner) {
    List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
    return owners.stream().anyMatch(reference -> names(reference, owner))
        || isMarked(object, owner)
            && owners.stream()
                .noneMatch(reference -> Boolean.TRUE.equals(reference.getController()));
  }

  private static boolean isMarked(EcsResource<?> object, EcsResource<?> owner) {
    return Annotations.templateOf(object).filter(owner.getKind()::equals).isPresent();
  }

  private static boolean names(OwnerReference reference, EcsResource<?> owner) {
    return reference.getKind().equals(owner.getKind())
        && reference.getName().equals(owner.getMetadata().getName());
  }
}
