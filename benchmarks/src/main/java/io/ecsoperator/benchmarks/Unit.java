package io.ecsoperator.benchmarks;

import java.util.Locale;

/** Unit of a measured number. */
public enum Unit {
  MILLISECONDS("ms"),
  SECONDS("s"),
  MEBIBYTES("MiB"),
  PER_SECOND("/s"),
  COUNT("");

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  /** The number with three significant digits, or with all digits if it is whole. */
  String format(double value) {
    String digits =
        value == Math.rint(value) || Math.abs(value) >= 100
            ? String.format(Locale.ROOT, "%,.0f", value)
            : String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    return symbol.isEmpty() ? digits : digits + " " + symbol;
  }
}
