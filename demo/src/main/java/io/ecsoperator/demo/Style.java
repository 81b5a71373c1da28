package io.ecsoperator.demo;

import java.util.Map;

/** How text is highlighted on a terminal. */
enum Style {
  COLOUR {
    @Override
    String paint(Ink ink, String text) {
      return text.isBlank() || ink == Ink.PLAIN
          ? text
          : "\033[" + ink.code + "m" + text + "\033[0m";
    }
  },
  MONOCHROME {
    @Override
    String paint(Ink ink, String text) {
      return text;
    }
  };

  enum Ink {
    PLAIN(0),
    BOLD(1),
    FAINT(2),
    RED(31),
    GREEN(32),
    YELLOW(33);

    private final int code;

    Ink(int code) {
      this.code = code;
    }
  }

  abstract String paint(Ink ink, String text);

  /** Colour, unless the user has set NO_COLOR to anything. */
  static Style preferred(Map<String, String> variables) {
    return variables.getOrDefault("NO_COLOR", "").isEmpty() ? COLOUR : MONOCHROME;
  }
}
