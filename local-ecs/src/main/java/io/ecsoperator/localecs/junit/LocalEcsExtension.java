package io.ecsoperator.localecs.junit;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.world.WorldClock;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * A {@link LocalEcs} of its own for each test, started before it and closed after it.
 *
 * <p>With {@code @ExtendWith} the clock is virtual; with {@code @RegisterExtension} the caller
 * gives the options. Test methods and {@code @BeforeEach} may have parameters of the types {@link
 * LocalEcs} and {@link EcsClient}, which is an in-process client for the standard region.
 */
public final class LocalEcsExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(LocalEcsExtension.class);

  private final LocalEcsOptions options;

  /** With a virtual clock and otherwise standard options. */
  public LocalEcsExtension() {
    this(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  }

  public LocalEcsExtension(LocalEcsOptions options) {
    this.options = options;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    LocalEcs ecs = LocalEcs.start(options);
    Store store = context.getStore(NAMESPACE);
    store.put(LocalEcs.class, ecs);
    store.put(EcsClient.class, ecs.client());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Store store = context.getStore(NAMESPACE);
    store.remove(EcsClient.class, EcsClient.class).close();
    store.remove(LocalEcs.class, LocalEcs.class).close();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == LocalEcs.class || type == EcsClient.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getStore(NAMESPACE).get(parameter.getParameter().getType());
  }
}
