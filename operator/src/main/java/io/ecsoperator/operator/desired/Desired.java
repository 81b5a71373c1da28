package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.IntOrString;
import io.ecsoperator.operator.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The desired state of an object: spec, policies and annotations.
 *
 * @param deletedAt when the deletion of the object was requested
 * @param kubernetes the members of the spec that this operator defines for the kind
 * @param aws the members of the spec that are the ECS API's own, sizes given as numbers turned into
 *     the text that ECS takes, all else unchanged
 * @param releasedBy the objects that consent to this one taking over what they own
 */
public record Desired(
    ObjectKey key,
    String uid,
    long generation,
    Optional<Instant> deletedAt,
    Policies policies,
    Annotations annotations,
    ObjectNode kubernetes,
    ObjectNode aws,
    Set<ObjectKey> releasedBy) {

  /**
   * @param kubernetesMembers the spec's members that are this operator's for the kind, beside the
   *     policies that all kinds have
   * @param defaultDeletion the deletion policy if the spec has none
   */
  public static Desired of(
      EcsResource<?> resource, Set<String> kubernetesMembers, Policies.Deletion defaultDeletion) {
    ObjectNode spec =
        resource.getSpec() == null
            ? JsonNodeFactory.instance.objectNode()
            : resource.getSpec().deepCopy();
    ObjectNode kubernetes = JsonNodeFactory.instance.objectNode();
    kubernetesMembers.forEach(
        member -> {
          if (spec.has(member)) {
            kubernetes.set(member, spec.get(member));
          }
        });
    Policies policies = Policies.of(spec, defaultDeletion);
    spec.remove(kubernetesMembers);
    spec.remove(Policies.MEMBERS);
    IntOrString.toText(spec);
    return new Desired(
        ObjectKey.of(resource),
        resource.getMetadata().getUid(),
        resource.getMetadata().getGeneration(),
        Optional.ofNullable(resource.getMetadata().getDeletionTimestamp()).map(Instant::parse),
        policies,
        Annotations.of(resource),
        kubernetes,
        spec,
        Set.of());
  }

  /**
   * What is wrong in the spec that the API server cannot reject; empty if nothing is.
   *
   * @param maxRequestBytes the most that ECS takes of the spec, in bytes of JSON
   */
  public Optional<String> error(OptionalInt maxRequestBytes) {
    if (maxRequestBytes.isPresent()) {
      int max = maxRequestBytes.getAsInt();
      long bytes = RequestSize.bytes(aws);
      if (bytes > max) {
        return Optional.of(
            "The spec takes %d bytes as JSON, and ECS takes at most %d KiB: make it smaller."
                .formatted(bytes, max / 1024));
      }
    }
    return policies.error();
  }

  /** This state with further fields of the spec left to ECS. */
  public Desired ignoring(List<String> fields) {
    return new Desired(
        key,
        uid,
        generation,
        deletedAt,
        policies.ignoring(fields),
        annotations,
        kubernetes,
        aws,
        releasedBy);
  }

  /** This state with the consent of other objects to a takeover. */
  public Desired releasedBy(Set<ObjectKey> owners) {
    return new Desired(
        key, uid, generation, deletedAt, policies, annotations, kubernetes, aws, owners);
  }

  /** Whether calls that change ECS may be made for this object; a pause never holds a deletion. */
  public boolean mayWrite() {
    return policies.management() == Policies.Management.MANAGE
        && (!annotations.paused() || deletedAt.isPresent());
  }

  /**
   * Whether status shows the calls that would be made, as long as a policy or a pause holds them.
   */
  public boolean onlyPlans() {
    return !mayWrite() && policies.management() != Policies.Management.OBSERVE;
  }

  /** Whether the object is being deleted and its resource is to be kept. */
  public boolean retains() {
    return deletedAt.isPresent() && policies.deletion() == Policies.Deletion.RETAIN;
  }

  /** The AWS part's name member, or the object's own name where the spec leaves it out. */
  public String nameOr(String member) {
    return aws.path(member).asText(key.name());
  }

  /** Name of the object that a member such as {@code clusterRef} refers to. */
  public Optional<String> reference(String member) {
    return Optional.of(kubernetes.path(member).path("name").asText())
        .filter(name -> !name.isEmpty());
  }
}
