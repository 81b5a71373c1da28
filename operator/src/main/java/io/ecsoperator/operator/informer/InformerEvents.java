package io.ecsoperator.operator.informer;

import io.ecsoperator.operator.ObjectKey;

/** What the rest of the operator hears of an informer, beside the changes of objects. */
interface InformerEvents {
  /** All objects were listed, and the cache has them. */
  void listed(ListCause cause);

  /** An object cannot be read; called again for each of its versions. */
  void unreadable(UnreadableObject object);

  /** An object can be read, or is gone. */
  void readable(ObjectKey key);
}
