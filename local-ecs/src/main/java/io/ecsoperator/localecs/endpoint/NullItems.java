package io.ecsoperator.localecs.endpoint;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/** Finds null in the lists of a request, which no list of ECS may hold. */
final class NullItems {
  private NullItems() {}

  static boolean in(@Nullable Object value) {
    return switch (value) {
      case List<?> items -> items.stream().anyMatch(item -> item == null || in(item));
      case Map<?, ?> entries -> entries.values().stream().anyMatch(NullItems::in);
      case SdkPojo object ->
          object.sdkFields().stream().anyMatch(field -> in(field.getValueOrDefault(object)));
      case null, default -> false;
    };
  }
}
