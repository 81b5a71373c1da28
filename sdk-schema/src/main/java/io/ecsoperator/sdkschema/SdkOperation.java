package io.ecsoperator.sdkschema;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

/**
 * One operation of a service, as its synchronous SDK client declares it.
 *
 * @param name as on the wire, for example {@code CreateService}
 * @param method the client's method that takes the request object
 */
public record SdkOperation(
    String name,
    Class<? extends SdkRequest> requestType,
    Class<? extends SdkResponse> responseType,
    Method method) {

  /** Returns all operations of a client interface such as {@code EcsClient.class}, by name. */
  public static SortedMap<String, SdkOperation> all(Class<? extends SdkClient> client) {
    return Arrays.stream(client.getMethods())
        .filter(method -> method.getParameterCount() == 1)
        .filter(method -> SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0]))
        // Paginators and streaming variants have other return types.
        .filter(method -> SdkResponse.class.isAssignableFrom(method.getReturnType()))
        .map(SdkOperation::of)
        .collect(
            Collectors.toMap(SdkOperation::name, Function.identity(), (a, b) -> a, TreeMap::new));
  }

  private static SdkOperation of(Method method) {
    String request = method.getParameterTypes()[0].getSimpleName();
    return new SdkOperation(
        request.substring(0, request.length() - "Request".length()),
        method.getParameterTypes()[0].asSubclass(SdkRequest.class),
        method.getReturnType().asSubclass(SdkResponse.class),
        method);
  }

  /**
   * Whether the request has a field.
   *
   * @param pattern members by name, with {@code []} for an item of a list or an entry of a map:
   *     {@code containerDefinitions[].image}
   */
  public boolean hasField(String pattern) {
    List<SdkField<?>> members = SdkTypes.newBuilder(requestType).sdkFields();
    Optional<SdkField<?>> at = Optional.empty();
    for (String step : pattern.replace("[]", ".[]").split("\\.")) {
      at = step.equals("[]") ? at.flatMap(SdkTypes::element) : SdkTypes.member(members, step);
      if (at.isEmpty()) {
        return false;
      }
      members = at.map(SdkTypes::members).orElseThrow();
    }
    return true;
  }

  /** Calls this operation. Exceptions of the client are thrown unchanged. */
  public SdkResponse call(SdkClient client, SdkRequest request) {
    try {
      return (SdkResponse) method.invoke(client, request);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
