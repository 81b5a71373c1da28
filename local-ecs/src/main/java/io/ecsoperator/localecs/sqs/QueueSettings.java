package io.ecsoperator.localecs.sqs;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The settable attributes of a queue, with SQS's defaults filled in. */
record QueueSettings(Map<String, String> values) {
  private static final String VISIBILITY = "VisibilityTimeout";
  private static final String RETENTION = "MessageRetentionPeriod";
  private static final String DELAY = "DelaySeconds";
  private static final String WAIT = "ReceiveMessageWaitTimeSeconds";
  private static final String SIZE = "MaximumMessageSize";

  /** The allowed range of an attribute, and its default. */
  private record Range(int least, int most, int standard) {}

  private static final Map<String, Range> NUMBERS =
      Map.of(
          VISIBILITY, new Range(0, 43_200, 30),
          RETENTION, new Range(60, 1_209_600, 345_600),
          DELAY, new Range(0, 900, 0),
          WAIT, new Range(0, 20, 0),
          SIZE, new Range(1024, 1_048_576, 1_048_576));

  QueueSettings {
    values = Map.copyOf(values);
  }

  static QueueSettings standard() {
    Map<String, String> values = new TreeMap<>();
    NUMBERS.forEach((name, range) -> values.put(name, Integer.toString(range.standard())));
    return new QueueSettings(values);
  }

  /**
   * The settings with changes applied.
   *
   * @throws SqsError where a value is out of range
   */
  QueueSettings with(Map<String, String> changes) {
    Map<String, String> changed = new TreeMap<>(values);
    changes.forEach(
        (name, value) -> {
          Range range = NUMBERS.get(name);
          if (range != null) {
            check(name, value, range);
          }
          changed.put(name, value);
        });
    return new QueueSettings(changed);
  }

  private static void check(String name, String value, Range range) {
    try {
      int number = Integer.parseInt(value);
      if (number >= range.least() && number <= range.most()) {
        return;
      }
    } catch (NumberFormatException e) {
      // Refused below with the same message.
    }
    throw new SqsError(
        "InvalidAttributeValue",
        "InvalidAttributeValue",
        "Invalid value for the parameter " + name + ".");
  }

  Duration visibility() {
    return seconds(VISIBILITY);
  }

  Duration retention() {
    return seconds(RETENTION);
  }

  Duration delay() {
    return seconds(DELAY);
  }

  Duration longPoll() {
    return seconds(WAIT);
  }

  /** The largest allowed message, in bytes. */
  int largest() {
    return Integer.parseInt(values.get(SIZE));
  }

  private Duration seconds(String name) {
    return Duration.ofSeconds(Long.parseLong(values.get(name)));
  }
}
