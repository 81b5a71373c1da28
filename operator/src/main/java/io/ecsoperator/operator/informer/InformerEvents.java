package io.ecsoperator.operator.informer;

import io.ecsoperator.operator.ObjectKey;
import java.util.Set;

/** What the rest of the operator hears of an informer, beside the changes of objects. */
interface InformerEvents {
  /** The objects of a list that cannot be read; no other object is unreadable. */
  void listed(Set<ObjectKey> unreadable);

  /** All objects were listed, and the cache has them. */
  void listed(ListCause cause);

  /** An object cannot be read; called again for each of its versions. */
  void unreadable(UnreadableObject object);

  /** An object can be read, or is gone. */
  void readable(ObjectKey key);
}
