package io.ecsoperator.localecs.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

/** The supported operations and their handlers. */
public final class OperationTable {
  private static final String REQUEST = "Request";

  private final SortedMap<String, Entry<?>> entries = new TreeMap<>();

  /** One operation; {@code differences} are its known differences from ECS. */
  public record Entry<Q extends SdkRequest>(
      Class<Q> requestType, Function<Q, ? extends SdkResponse> handler, List<String> differences) {
    /** Carries out {@code request}; throws {@link EcsError} where ECS refuses. */
    public SdkResponse handle(SdkRequest request) {
      return handler.apply(requestType.cast(request));
    }
  }

  /** Adds the operation that {@code requestType} belongs to. */
  public <Q extends SdkRequest> OperationTable add(
      Class<Q> requestType,
      Function<Q, ? extends SdkResponse> handler,
      String... knownDifferences) {
    String name = requestType.getSimpleName();
    entries.put(
        name.substring(0, name.length() - REQUEST.length()),
        new Entry<>(requestType, handler, List.of(knownDifferences)));
    return this;
  }

  public Optional<Entry<?>> find(String operation) {
    return Optional.ofNullable(entries.get(operation));
  }

  public List<String> names() {
    return new ArrayList<>(entries.keySet());
  }
}
