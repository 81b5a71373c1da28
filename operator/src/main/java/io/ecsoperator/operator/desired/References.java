package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.desired.References.Resolved.Cause;
import io.ecsoperator.operator.desired.References.Resolved.Unresolved;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resolves references by name to ARNs. A reference never leaves the object's namespace, and means
 * what the referred object asks for now: it resolves once that object's current generation is in
 * effect.
 */
public final class References {
  private final KubernetesObjects objects;

  public References(KubernetesObjects objects) {
    this.objects = objects;
  }

  /** The AWS part of a spec with the declared references resolved, as far as they can be. */
  public Resolved resolve(Desired desired, List<ReferenceField> fields) {
    ObjectNode aws = desired.aws().deepCopy();
    Set<Unresolved> unresolved = new LinkedHashSet<>();
    for (ReferenceField field : fields) {
      ObjectNode root = field.list().isEmpty() ? withReferences(aws, desired, field) : aws;
      for (JsonNode holder : field.holders(root).toList()) {
        resolve(desired, field, (ObjectNode) holder).forEach(unresolved::add);
        ((ObjectNode) holder).remove(field.field());
      }
    }
    return new Resolved(aws, new ArrayList<>(unresolved));
  }

  /**
   * The objects whose current generation has to be in effect before an object is written to ECS.
   */
  public static List<ObjectKey> awaited(Desired desired, List<ReferenceField> fields) {
    return awaited(desired, fields.stream()).toList();
  }

  /** Those of them that clients write: the operator itself writes the object of a template. */
  public static List<ObjectKey> awaitedFromClients(Desired desired, List<ReferenceField> fields) {
    return awaited(desired, fields.stream().filter(field -> !field.template())).toList();
  }

  private static Stream<ObjectKey> awaited(Desired desired, Stream<ReferenceField> fields) {
    return fields
        .filter(field -> !needsOnlyExistence(desired, field))
        .flatMap(
            field ->
                field
                    .names(
                        field.list().isEmpty() ? desired.kubernetes() : desired.aws(),
                        desired.key().name())
                    .stream()
                    .map(name -> new ObjectKey(field.kind(), desired.key().namespace(), name)))
        .distinct();
  }

  /** Whether a change of the object leads to another ARN, as that of a task definition does. */
  public static boolean isRevised(EcsResource<?> object) {
    return arn(Optional.of(object))
        .filter(arn -> !Arn.nameWithoutRevision(arn).equals(Arn.nameOf(arn)))
        .isPresent();
  }

  /** A field of the spec itself is not part of what ECS takes: it stands apart. */
  private static ObjectNode withReferences(ObjectNode aws, Desired desired, ReferenceField field) {
    JsonNode reference = desired.kubernetes().path(field.field());
    if (!reference.isMissingNode()) {
      aws.set(field.field(), reference);
    }
    return aws;
  }

  private List<Unresolved> resolve(Desired desired, ReferenceField field, ObjectNode holder) {
    List<Unresolved> unresolved = new ArrayList<>();
    for (String name : field.inItemsOf("").names(holder, desired.key().name())) {
      ObjectKey key = new ObjectKey(field.kind(), desired.key().namespace(), name);
      Optional<EcsResource<?>> referred = objects.find(key);
      Optional<Unresolved> obstacle =
          referred.isEmpty()
              ? Optional.of(
                  waiting(field, key, Cause.ABSENT, "it does not exist in this namespace."))
              : obstacle(desired, field, key, referred.get());
      obstacle.ifPresentOrElse(
          unresolved::add,
          () -> field.resolve(holder, name, value(desired, field, referred.orElseThrow())));
    }
    return unresolved;
  }

  /** What stands for the referred object, which has no obstacle. */
  private static String value(Desired desired, ReferenceField field, EcsResource<?> referred) {
    Optional<String> arn = arn(Optional.of(referred));
    return arn.filter(created -> suffices(desired, field, referred))
        .or(() -> planned(desired, referred))
        .or(() -> arn)
        .orElseThrow();
  }

  /**
   * What a referred object that itself is only planned will be. An object that only plans shows
   * with it what it will do.
   */
  private static Optional<String> planned(Desired desired, EcsResource<?> referred) {
    return desired.onlyPlans() ? referred.planned() : Optional.empty();
  }

  /** Why the object that is referred to cannot be used yet. */
  private static Optional<Unresolved> obstacle(
      Desired desired, ReferenceField field, ObjectKey key, EcsResource<?> referred) {
    if (referred.isMarkedForDeletion()) {
      return Optional.of(waiting(field, key, Cause.MISSING, "it is being deleted."));
    }
    if (field.form() != ReferenceField.Form.NONE
        && arn(Optional.of(referred)).filter(arn -> !names(arn, referred)).isPresent()) {
      return Optional.of(
          waiting(
              field,
              key,
              Cause.MISSING,
              "its status has the ARN of another resource than its spec."));
    }
    boolean created = arn(Optional.of(referred)).isPresent();
    if (created && suffices(desired, field, referred)) {
      return Optional.empty();
    }
    if (field.form() != ReferenceField.Form.NONE && planned(desired, referred).isPresent()) {
      return Optional.empty();
    }
    Optional<Condition> stalled = stalled(referred);
    if (stalled.isPresent()) {
      return Optional.of(stalled(field, key, stalled.get()));
    }
    if (field.awaits() == ReferenceField.Awaits.SUCCESS) {
      return Optional.of(waiting(field, key, Cause.NOT_IN_EFFECT, "it has not succeeded yet."));
    }
    return Optional.of(
        created
            ? waiting(
                field,
                key,
                Cause.NOT_IN_EFFECT,
                "generation " + referred.getMetadata().getGeneration() + " is not in effect yet.")
            : waiting(field, key, Cause.MISSING, "it has not been created in ECS yet."));
  }

  /** Whether the referred object, which has a resource in ECS, is what the reference awaits. */
  private static boolean suffices(Desired desired, ReferenceField field, EcsResource<?> referred) {
    return field.awaits() == ReferenceField.Awaits.SUCCESS
        ? isInEffect(referred) && referred.getStatus().hasSucceeded()
        : needsOnlyExistence(desired, field) || isInEffect(referred);
  }

  /** A value that the object leaves to others need not be the current one. */
  private static boolean needsOnlyExistence(Desired desired, ReferenceField field) {
    return field.awaits() == ReferenceField.Awaits.EXISTENCE
        || field.list().isEmpty() && desired.policies().ignoreFields().contains(field.member());
  }

  public static boolean isInEffect(EcsResource<?> referred) {
    return Optional.ofNullable(referred.getStatus())
        .map(status -> status.common().effectiveGeneration())
        .filter(generation -> generation.equals(referred.getMetadata().getGeneration()))
        .isPresent();
  }

  /** The condition Stalled of the object's current generation, if it is True. */
  private static Optional<Condition> stalled(EcsResource<?> referred) {
    return Optional.ofNullable(referred.getStatus())
        .flatMap(status -> Conditions.find(status.common(), Conditions.STALLED))
        .filter(condition -> condition.status().equals("True"))
        .filter(
            condition ->
                Objects.equals(
                    condition.observedGeneration(), referred.getMetadata().getGeneration()));
  }

  private static Unresolved stalled(ReferenceField field, ObjectKey key, Condition condition) {
    return new Unresolved(
        field.path(),
        Cause.STALLED,
        Reason.of(condition.reason()).orElse(Reason.WAITING_FOR_REFERENCE),
        key.kind()
            + " "
            + key.name()
            + " is Stalled: "
            + condition.reason()
            + ": "
            + condition.message());
  }

  private static Unresolved waiting(ReferenceField field, ObjectKey key, Cause cause, String why) {
    return new Unresolved(
        field.path(),
        cause,
        Reason.WAITING_FOR_REFERENCE,
        "Waiting for " + key.kind() + " " + key.name() + ": " + why);
  }

  /**
   * Whether an ARN in a status is of the resource that the spec names. Others may have written the
   * status, and a reference has to mean the object's own resource.
   */
  private static boolean names(String arn, EcsResource<?> referred) {
    return Arn.parse(arn).isEmpty() || Arn.nameWithoutRevision(arn).equals(referred.nameInEcs());
  }

  private static Optional<String> arn(Optional<EcsResource<?>> object) {
    return object.map(EcsResource::getStatus).map(status -> status.common().arn());
  }

  /**
   * The AWS part of a spec with its references resolved.
   *
   * @param aws as the ECS API takes it; a reference that cannot be resolved yet is left out
   * @param unresolved the references that cannot be resolved yet, in the order of their declaration
   */
  public record Resolved(ObjectNode aws, List<Unresolved> unresolved) {

    /** Why a reference cannot be resolved; of several causes the first one is reported. */
    public enum Cause {
      /** The referred object is Stalled. */
      STALLED,
      /** The referred object does not exist. */
      ABSENT,
      /** The referred object is being deleted, or has no resource in ECS. */
      MISSING,
      /** The current generation of the referred object is not in effect. */
      NOT_IN_EFFECT
    }

    /**
     * A reference that cannot be resolved yet.
     *
     * @param path of the declared field
     * @param reason for the Ready condition; that of the referred object if it is Stalled
     * @param message for the Ready condition
     */
    public record Unresolved(String path, Cause cause, Reason reason, String message) {

      private ReadyState state(Duration requeueAfter) {
        return cause == Cause.STALLED
            ? new ReadyState.Stalled(reason, message)
            : new ReadyState.Reconciling(reason, message, requeueAfter);
      }
    }

    public Resolved {
      unresolved = List.copyOf(unresolved);
    }

    /**
     * The state of an object some of whose references cannot be resolved; empty if all are. It
     * names the first one by its cause.
     *
     * @param requeueAfter when to reconcile again if no referred object triggers the object before
     */
    public Optional<ReadyState> obstacle(Duration requeueAfter) {
      return obstacle(requeueAfter, Set.of());
    }

    /** The same without the references of some declared fields. */
    public Optional<ReadyState> obstacle(Duration requeueAfter, Set<String> exceptPaths) {
      return without(exceptPaths)
          .min(Comparator.comparing(Unresolved::cause))
          .map(reference -> reference.state(requeueAfter));
    }

    /** Why references cannot be resolved, without those of some declared fields. */
    public Set<Cause> causes(Set<String> exceptPaths) {
      return without(exceptPaths).map(Unresolved::cause).collect(Collectors.toSet());
    }

    private Stream<Unresolved> without(Set<String> exceptPaths) {
      return unresolved.stream().filter(reference -> !exceptPaths.contains(reference.path()));
    }

    /** What the references of one declared field wait for, apart from some causes. */
    public Optional<ReadyState> obstacleOf(
        String path, Duration requeueAfter, Set<Cause> exceptCauses) {
      return unresolved.stream()
          .filter(reference -> reference.path().equals(path))
          .filter(reference -> !exceptCauses.contains(reference.cause()))
          .min(Comparator.comparing(Unresolved::cause))
          .map(reference -> reference.state(requeueAfter));
    }

    /** Whether a declared field is absent or resolved. */
    public boolean isResolved(String path) {
      return unresolved.stream().noneMatch(reference -> reference.path().equals(path));
    }

    /** The cluster to name in calls; ECS's default cluster if the spec names none. */
    public String cluster() {
      return aws.path("cluster").asText("default");
    }
  }
}
