package io.ecsoperator.e2e.demo;

import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** How much a terminal shows. */
record TerminalSize(int rows, int columns) {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,3})x([1-9][0-9]{0,3})");

  /** Reads {@code 24x80}. */
  static TerminalSize parse(String text) {
    var size = FORM.matcher(text);
    if (!size.matches()) {
      throw new TypeConversionException("a size is written 24x80, not " + text);
    }
    return new TerminalSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
  }
}
