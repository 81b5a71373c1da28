package io.ecsoperator.operator.config;

import io.ecsoperator.operator.aws.quota.Quota;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a burst and a refill per second, such as {@code 50/5} or {@code 8/0.5}. */
final class QuotaValues implements ITypeConverter<Quota> {
  private static final String NUMBER = "(\\d+(?:\\.\\d+)?)";
  private static final Pattern FORM = Pattern.compile(NUMBER + "/" + NUMBER);

  @Override
  public Quota convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a burst and a refill per second such as 50/5");
    }
    try {
      return new Quota(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "': " + e.getMessage());
    }
  }
}
