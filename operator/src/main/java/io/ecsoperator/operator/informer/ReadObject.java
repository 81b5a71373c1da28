package io.ecsoperator.operator.informer;

/** What the API server sent for an object. */
sealed interface ReadObject<R> {

  /**
   * @param cost roughly the memory that it takes, in bytes
   */
  record Readable<R>(R object, long cost) implements ReadObject<R> {}

  record Unreadable<R>(UnreadableObject object) implements ReadObject<R> {}
}
