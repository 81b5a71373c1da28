package io.ecsoperator.operator.informer;

/** Acts on what informers find out. */
public interface InformerListener {
  /** The resource version went back; the caches have the older objects now. */
  void restored();

  /** An object, or a new version of one, cannot be read. */
  void unreadable(UnreadableObject object);
}
