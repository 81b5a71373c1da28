package io.ecsoperator.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** ECS's timestamps (epoch seconds with a fraction) as Kubernetes writes them. */
public final class Timestamps {
  private Timestamps() {}

  /** RFC 3339, to the second; empty where there is no timestamp. */
  public static Optional<String> rfc3339(JsonNode epochSeconds) {
    if (!epochSeconds.isNumber()) {
      return Optional.empty();
    }
    BigDecimal seconds = epochSeconds.decimalValue();
    return Optional.of(
        Instant.ofEpochSecond(seconds.longValue()).truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
