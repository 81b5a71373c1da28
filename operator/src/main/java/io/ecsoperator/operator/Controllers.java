package io.ecsoperator.operator;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.config.OperatorConfig;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.ResourceController;
import io.ecsoperator.operator.engine.Timing;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ResolvedControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.javaoperatorsdk.operator.processing.retry.Retry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Registers a controller for each kind with JOSDK. */
record Controllers(
    Operator operator,
    KubernetesClient kubernetes,
    OperatorConfig config,
    Reconciliation.Dependencies reconciler,
    ResourceController.Dependencies controller) {
  private static final String FIELD_MANAGER = "ecs-operator";
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);

  <R extends EcsResource<S>, S extends EcsStatus, O> void register(Kind<R, S, O> kind) {
    kubernetes.getKubernetesSerialization().registerKubernetesResource(kind.type());
    operator.register(
        new ResourceController<>(
            kind, new Reconciliation<>(kind, reconciler), controller, defaultDeletion()),
        configuration(kind));
  }

  private Policies.Deletion defaultDeletion() {
    return switch (config.ownership().deletion()) {
      case DELETE -> Policies.Deletion.DELETE;
      case RETAIN -> Policies.Deletion.RETAIN;
    };
  }

  private <R extends EcsResource<S>, S extends EcsStatus, O>
      ResolvedControllerConfiguration<R> configuration(Kind<R, S, O> kind) {
    var informer =
        InformerConfiguration.<R>builder(kind.type())
            // JOSDK's cache of own writes is not used, and would hide objects of a restored etcd.
            .withComparableResourceVersions(false)
            .withOnUpdateFilter(new ResourceController.RelevantUpdates<>());
    if (!config.namespaces().isEmpty()) {
      informer.withNamespaces(Set.copyOf(config.namespaces()));
    }
    Timing timing = reconciler.timing();
    return new ResolvedControllerConfiguration<>(
        kind.name().toLowerCase(Locale.ROOT),
        false,
        ResourceController.class.getCanonicalName(),
        retry(timing.maxBackoff()),
        null,
        // Longer than any pause that the operator asks for, so it matters only if one is lost.
        timing.refused().plus(timing.converged()),
        EcsResource.FINALIZER,
        Map.of(),
        FIELD_MANAGER,
        operator.getConfigurationService(),
        informer.buildForController(),
        true,
        null);
  }

  /** Retries without end what failed on the Kubernetes side or by a bug. */
  static Retry retry(Duration maxBackoff) {
    return new GenericRetry()
        .setInitialInterval(FIRST_RETRY)
        .setIntervalMultiplier(2)
        .setMaxInterval(maxBackoff.toMillis())
        .withoutMaxAttempts();
  }
}
