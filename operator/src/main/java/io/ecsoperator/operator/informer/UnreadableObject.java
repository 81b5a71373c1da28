package io.ecsoperator.operator.informer;

import io.ecsoperator.operator.ObjectKey;

/**
 * An object that the operator cannot read, and so leaves as it is.
 *
 * @param key kind, namespace and name
 * @param uid its uid; empty if it could not be read either
 * @param resourceVersion the version that cannot be read; empty if it is the same for each version
 * @param why what is wrong with it, for users
 */
public record UnreadableObject(ObjectKey key, String uid, String resourceVersion, String why) {}
