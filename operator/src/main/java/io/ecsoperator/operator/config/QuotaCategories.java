package io.ecsoperator.operator.config;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the name of a category, such as {@code service-modify}, and lists all names. */
final class QuotaCategories implements ITypeConverter<QuotaCategory>, Iterable<String> {

  @Override
  public QuotaCategory convert(String text) {
    return Arrays.stream(QuotaCategory.values())
        .filter(category -> category.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' is not a category of calls; the categories are "
                        + names().collect(Collectors.joining(", "))));
  }

  @Override
  public Iterator<String> iterator() {
    return names().iterator();
  }

  private static Stream<String> names() {
    return Arrays.stream(QuotaCategory.values()).map(QuotaCategory::toString);
  }
}
