package io.ecsoperator.operator.desired;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Arn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The custom resources of all kinds as the informers' caches hold them; not to be changed. */
public interface KubernetesObjects {

  Optional<EcsResource<?>> find(ObjectKey key);

  /**
   * Reads an object from the API server, where it may be newer than in the cache; {@link #find}
   * returns that version until the cache has it too.
   */
  Optional<EcsResource<?>> read(ObjectKey key);

  /** The objects, of any kind, that refer to an object by a declared field. */
  List<Referrer> referrers(ObjectKey referred);

  /**
   * An object that refers to another one.
   *
   * @param field the declared field by which it does
   */
  record Referrer(EcsResource<?> object, ReferenceField field) {

    /** ARN of the referred resource that this object's own resource uses now, if any. */
    public Optional<String> usedArn() {
      return Optional.ofNullable(object.getStatus())
          .flatMap(status -> status.usedArn(field.field()));
    }

    /** Whether the object moves to the new ARN when the referred object gets one. */
    public boolean follows() {
      return field.follows(object.getSpec())
          && !Policies.of(object.getSpec()).ignoreFields().contains(field.member());
    }

    /**
     * Whether the object has something in ECS that uses the referred resource. What only refers to
     * it, or waits for it, does not.
     */
    public boolean uses(EcsResource<?> referred) {
      Optional<String> arn =
          Optional.ofNullable(referred.getStatus()).map(status -> status.common().arn());
      return arn.isPresent()
          && !isCreatedDuringDeletionOf(referred)
          && usesSomething()
          && usedArn().map(used -> isSameResource(used, arn.get())).orElse(true)
          && object.getStatus().usesByName(Arn.nameOf(arn.get()));
    }

    /** Whether the object has something in ECS that uses what it refers to by the field. */
    public boolean usesSomething() {
      return !object.released()
          && object.getStatus() != null
          && object.getStatus().uses(field.list().isEmpty() ? field.member() : field.list());
    }

    /** A reference never resolves to an object that is being deleted. */
    private boolean isCreatedDuringDeletionOf(EcsResource<?> referred) {
      String deletion = referred.getMetadata().getDeletionTimestamp();
      String creation = object.getMetadata().getCreationTimestamp();
      return deletion != null
          && creation != null
          && Instant.parse(creation).isAfter(Instant.parse(deletion));
    }

    /** Revisions of one task definition are the same resource. */
    private static boolean isSameResource(String used, String arn) {
      return Arn.nameWithoutRevision(used).equals(Arn.nameWithoutRevision(arn));
    }
  }
}
