package io.ecsoperator.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The base of all kinds. The spec is the JSON tree that the user wrote: the ECS API's own members
 * and the Kubernetes part. The status is typed.
 */
public abstract class EcsResource<S extends EcsStatus> extends CustomResource<ObjectNode, S>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  public static final String GROUP = "ecs-operator.io";
  public static final String VERSION = "v1alpha1";

  /** Keeps an object in Kubernetes until the operator has released it. */
  public static final String FINALIZER = GROUP + "/finalizer";

  /** The members of ECS whose empty text is a value. */
  private static final Set<String> EMPTY_VALUES = Set.of("value", "namespace");

  /** The members of ECS that have members with names of the user's own. */
  private static final Set<String> OWN_NAMES =
      Set.of("dockerLabels", "driverOpts", "hookDetails", "labels", "options");

  /**
   * The member of the spec that names the resource in ECS; empty for a kind whose resources ECS
   * names itself.
   */
  protected abstract Optional<String> nameMember();

  /** The name of the resource in ECS: the one of the spec, else that of the object. */
  public final String nameInEcs() {
    return nameMember()
        .flatMap(member -> Optional.ofNullable(getSpec()).map(spec -> spec.path(member).asText()))
        .filter(name -> !name.isEmpty())
        .orElseGet(() -> getMetadata().getName());
  }

  /** An object of the same kind without metadata, spec and status. */
  public final EcsResource<S> blank() {
    @SuppressWarnings("unchecked")
    EcsResource<S> blank = (EcsResource<S>) blank(getClass());
    return blank;
  }

  /** An object of a kind without metadata, spec and status. */
  public static <R extends EcsResource<?>> R blank(Class<R> type) {
    try {
      return type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getSimpleName() + " has no public constructor without arguments", e);
    }
  }

  /**
   * What names the resource to ECS once the plan is carried out that a policy or a pause holds: its
   * ARN, or the name of one that is to be created. Empty without such a plan for this generation.
   */
  public final Optional<String> planned() {
    return Optional.<EcsStatus>ofNullable(getStatus())
        .filter(status -> status.common().plan() != null)
        .filter(
            status ->
                Objects.equals(status.common().observedGeneration(), getMetadata().getGeneration()))
        .map(status -> status.plannedArn().orElseGet(this::nameInEcs));
  }

  /**
   * Whether the operator has released the object. It has nothing in ECS any more, even if its
   * status still names something. Others may keep it in Kubernetes by finalizers of their own, as
   * the garbage collector does until the objects that it owns are gone.
   */
  public final boolean released() {
    return isMarkedForDeletion() && !hasFinalizer(FINALIZER);
  }

  /**
   * @param spec a null in it is the same as leaving the member out: SDKs and the AWS console write
   *     absent members so. So is an empty text, which templates write and ECS refuses for roles,
   *     sizes and known values.
   */
  @Override
  public void setSpec(@Nullable ObjectNode spec) {
    super.setSpec(
        spec != null && hasUnset(spec, false) ? withoutUnset(spec.deepCopy(), false) : spec);
  }

  private static boolean hasUnset(JsonNode node, boolean ownNames) {
    return node.isObject()
        ? node.propertyStream()
            .anyMatch(
                member ->
                    isUnset(member, ownNames)
                        || hasUnset(member.getValue(), hasOwnNames(member, ownNames)))
        : node.valueStream().anyMatch(item -> hasUnset(item, ownNames));
  }

  private static <N extends JsonNode> N withoutUnset(N node, boolean ownNames) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(member -> isUnset(member, ownNames));
      object
          .properties()
          .forEach(member -> withoutUnset(member.getValue(), hasOwnNames(member, ownNames)));
    } else {
      node.forEach(item -> withoutUnset(item, ownNames));
    }
    return node;
  }

  private static boolean hasOwnNames(Map.Entry<String, JsonNode> member, boolean around) {
    return around || OWN_NAMES.contains(member.getKey());
  }

  private static boolean isUnset(Map.Entry<String, JsonNode> member, boolean ownName) {
    JsonNode value = member.getValue();
    boolean isEmptyText = value.isTextual() && value.textValue().isEmpty();
    return value.isNull() || (isEmptyText && !ownName && !EMPTY_VALUES.contains(member.getKey()));
  }
}
