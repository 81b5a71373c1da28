package io.ecsoperator.operator.kinds;

import static java.util.stream.Collectors.toMap;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ecsoperator.plan.ComparableSchema;
import java.lang.reflect.Field;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The comparable schemas that the kinds declare as constants, found without naming a kind. */
final class ComparableSchemas {
  static final JavaClasses OPERATOR =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.ecsoperator.operator");

  private ComparableSchemas() {}

  static List<ComparableSchema> all() {
    return List.copyOf(byClass().values());
  }

  /** By the name of the class that declares the constant. */
  static SortedMap<String, ComparableSchema> byClass() {
    return OPERATOR.stream()
        .flatMap(type -> type.getFields().stream())
        .filter(field -> field.getRawType().isEquivalentTo(ComparableSchema.class))
        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
        .collect(
            toMap(
                field -> field.getOwner().getSimpleName(),
                field -> value(field),
                (one, other) -> one,
                TreeMap::new));
  }

  private static ComparableSchema value(JavaField constant) {
    try {
      Field field = constant.reflect();
      field.setAccessible(true);
      return (ComparableSchema) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
