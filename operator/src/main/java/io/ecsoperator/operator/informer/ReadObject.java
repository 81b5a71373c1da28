package io.ecsoperator.operator.informer;

/** What the API server sent for an object. */
sealed interface ReadObject<R> {

  record Readable<R>(R object) implements ReadObject<R> {}

  record Unreadable<R>(UnreadableObject object) implements ReadObject<R> {}
}
