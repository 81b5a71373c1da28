package io.ecsoperator.operator.desired;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
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

    /** Whether the object's work has ended, so that it uses nothing that it refers to. */
    public boolean hasFinished() {
      return object.getStatus() != null && object.getStatus().hasFinished();
    }
  }
}
