package io.ecsoperator.e2e;

import io.ecsoperator.plan.ComparableSchema;
import java.lang.reflect.Field;
import java.util.Locale;

/** The comparable schemas of the operator's kinds, which only the kinds themselves can access. */
final class ComparableSchemas {
  private ComparableSchemas() {}

  /**
   * The schema of a kind.
   *
   * @param kind without prefix, for example {@code TaskDefinition}
   */
  static ComparableSchema of(String kind) {
    String type =
        "io.ecsoperator.operator.kinds.%s.%sSchema".formatted(kind.toLowerCase(Locale.ROOT), kind);
    try {
      Field schema = Class.forName(type).getDeclaredField("SCHEMA");
      schema.setAccessible(true);
      return (ComparableSchema) schema.get(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(type + " has no schema", e);
    }
  }
}
