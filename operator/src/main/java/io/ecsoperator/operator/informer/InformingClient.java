package io.ecsoperator.operator.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * A Kubernetes client whose informers are those of {@link Informers}; everything else is the given
 * client's. JOSDK takes its informers from the client and offers no other way to replace them.
 */
final class InformingClient implements InvocationHandler {
  private final KubernetesClient client;
  private final Informers informers;

  private InformingClient(KubernetesClient client, Informers informers) {
    this.client = client;
    this.informers = informers;
  }

  static KubernetesClient of(KubernetesClient client, Informers informers) {
    return proxy(KubernetesClient.class, new InformingClient(client, informers));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Object result = call(client, method, arguments);
    if (method.getName().equals("resources") && arguments.length == 1) {
      Class<? extends HasMetadata> type = ((Class<?>) arguments[0]).asSubclass(HasMetadata.class);
      return proxy(MixedOperation.class, new Objects(result, type, Optional.empty()));
    }
    return result;
  }

  /** The operations on the objects of a kind, on the way to an informer. */
  private final class Objects implements InvocationHandler {
    private final Object operation;
    private final Class<? extends HasMetadata> type;
    private final Optional<String> namespace;

    Objects(Object operation, Class<? extends HasMetadata> type, Optional<String> namespace) {
      this.operation = operation;
      this.type = type;
      this.namespace = namespace;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (method.getName().equals("runnableInformer")) {
        return informers.create(client, type, namespace);
      }
      Object result = call(operation, method, arguments);
      return switch (method.getName()) {
        case "inNamespace" ->
            proxy(
                NonNamespaceOperation.class,
                new Objects(result, type, Optional.of((String) arguments[0])));
        case "inAnyNamespace" ->
            proxy(AnyNamespaceOperation.class, new Objects(result, type, Optional.empty()));
        // The controllers select by namespace only, so JOSDK passes no selector.
        case "withLabelSelector" ->
            proxy(FilterWatchListDeletable.class, new Objects(result, type, namespace));
        default -> result;
      };
    }
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            InformingClient.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
