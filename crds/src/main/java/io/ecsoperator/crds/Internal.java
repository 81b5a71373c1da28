package io.ecsoperator.crds;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A status member that only the operator needs, to continue after a restart. In Kubernetes it is a
 * member of {@code status.internal}, so that the rest of the status is what people read.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Internal {
  /** The member of a status that holds all internal ones. */
  String MEMBER = "internal";
}
