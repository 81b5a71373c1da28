package io.ecsoperator.operator.config;

import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a category, such as {@code service-modify}, and knows all of them. */
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
                        + "' is not a category of calls; there are "
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
