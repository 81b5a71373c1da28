package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.aws.RequestModel;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.FieldPath;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds the paths in {@code ignoreFields} that name no field of the kind. Such a path has no
 * effect, so the field that its author meant is still corrected.
 */
final class IgnoredFields {
  private final Kind<?, ?, ?> kind;
  private final RequestModel model = new RequestModel();

  IgnoredFields(Kind<?, ?, ?> kind) {
    this.kind = kind;
  }

  /** A message that names the paths; empty if each names a field. */
  Optional<String> unknown(Desired desired) {
    List<String> paths = desired.policies().ignoreFields();
    if (paths.isEmpty() || desired.policies().error().isPresent()) {
      return Optional.empty();
    }
    return kind.schema()
        .map(
            schema ->
                IntStream.range(0, paths.size())
                    .filter(i -> !isField(schema, FieldPath.parse(paths.get(i))))
                    .mapToObj(i -> "ignoreFields[" + i + "] '" + paths.get(i) + "'")
                    .collect(Collectors.joining(", ")))
        .filter(found -> !found.isEmpty())
        .map(found -> found + " has no effect: " + kind.name() + " has no such field to compare.");
  }

  private boolean isField(ComparableSchema schema, FieldPath path) {
    return isOfTemplate(path)
        || !schema.members().notCompared().contains(path.top())
            && schema.followsKeysOf(path)
            && model.hasField(schema.members().createOperation(), path.pattern());
  }

  /** The object of the template reports the paths below it. The template itself is no field. */
  private boolean isOfTemplate(FieldPath path) {
    return kind.references().stream()
        .filter(ReferenceField::template)
        .anyMatch(field -> path.toString().startsWith(field.field() + "."));
  }
}
