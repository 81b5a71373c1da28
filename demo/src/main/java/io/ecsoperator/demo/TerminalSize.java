package io.ecsoperator.demo;

import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** The size of a terminal in characters. */
record TerminalSize(int rows, int columns) {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,3})x([1-9][0-9]{0,3})");

  /** Reads {@code 24x80}. */
  static TerminalSize parse(String text) {
    var size = FORM.matcher(text);
    if (!size.matches()) {
      throw new TypeConversionException("write a size as 24x80, not as " + text);
    }
    return new TerminalSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
  }
}
