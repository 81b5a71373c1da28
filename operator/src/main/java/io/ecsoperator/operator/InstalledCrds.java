package io.ecsoperator.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.engine.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The custom resource definitions that the API server serves. Older ones lack members that this
 * operator writes to status, and the API server then refuses each write of a status: the operator
 * waits with all work until they are updated.
 *
 * <p>It reads the API server's OpenAPI document, which every account may read, because the right to
 * read definitions would be one for the whole cluster.
 */
final class InstalledCrds {
  static final String UPDATE =
      "The operator waits until the CRDs of its version are applied, by its chart with"
          + " crds.enabled=true or by: kubectl apply --server-side -f crds/manifests/";

  private static final String DOCUMENT =
      "/openapi/v3/apis/" + EcsResource.GROUP + "/" + EcsResource.VERSION;

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** More of them say nothing new: the definition is old. */
  private static final int SHOWN = 3;

  private static final String NO_DEFINITIONS = "{}";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(InstalledCrds.class);

  private final Supplier<@Nullable String> document;
  private final List<Kind<?, ?, ?>> kinds;
  private final Runnable pause;
  private volatile Optional<String> fault = Optional.empty();

  /**
   * @param document reads the OpenAPI document; null if there is none
   * @param pause between two reads of it
   */
  InstalledCrds(Supplier<@Nullable String> document, List<Kind<?, ?, ?>> kinds, Runnable pause) {
    this.document = document;
    this.kinds = kinds;
    this.pause = pause;
  }

  static InstalledCrds of(KubernetesClient kubernetes, List<Kind<?, ?, ?>> kinds) {
    return new InstalledCrds(
        () -> kubernetes.raw(DOCUMENT), kinds, () -> LockSupport.parkNanos(INTERVAL.toNanos()));
  }

  /**
   * What the definitions lack, and what to do about it; empty if nothing is known to be missing.
   */
  Optional<String> fault() {
    return fault;
  }

  /** Returns when the definitions have all that the operator needs. */
  void await() {
    Optional<String> reported = Optional.empty();
    fault = find();
    while (fault.isPresent()) {
      if (!fault.equals(reported)) {
        LOG.warn(fault.get());
        reported = fault;
      }
      pause.run();
      fault = find();
    }
    if (reported.isPresent()) {
      LOG.info("The CRDs are those of this version; the operator starts");
    }
  }

  private Optional<String> find() {
    Optional<JsonNode> definitions = read();
    if (definitions.isEmpty()) {
      return Optional.empty();
    }
    List<String> faults =
        kinds.stream().flatMap(kind -> fault(kind, definitions.get()).stream()).toList();
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", faults) + ". " + UPDATE);
  }

  /** Empty if it cannot be read; then the first list reports what is wrong. */
  private Optional<JsonNode> read() {
    try {
      // Without any of the CRDs there is no such document.
      return Optional.of(JSON.readTree(Objects.requireNonNullElse(document.get(), NO_DEFINITIONS)));
    } catch (KubernetesClientException | JsonProcessingException e) {
      LOG.debug("{} cannot be read", DOCUMENT, e);
      return Optional.empty();
    }
  }

  private static Optional<String> fault(Kind<?, ?, ?> kind, JsonNode document) {
    String definition = HasMetadata.getPlural(kind.type()) + "." + EcsResource.GROUP;
    Optional<JsonNode> schema = schema(kind, document);
    if (schema.isEmpty()) {
      return Optional.of("The CRD " + definition + " is not installed");
    }
    List<String> missing =
        StatusMembers.missing(kind.emptyStatus().getClass(), schema.get().at("/properties/status"));
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The CRD "
                + definition
                + " is older than this operator: it lacks "
                + missing.stream().limit(SHOWN).collect(Collectors.joining(", "))
                + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : ""));
  }

  private static Optional<JsonNode> schema(Kind<?, ?, ?> kind, JsonNode document) {
    for (JsonNode schema : document.at("/components/schemas")) {
      for (JsonNode type : schema.path("x-kubernetes-group-version-kind")) {
        if (type.path("kind").asText().equals(kind.name())) {
          return Optional.of(schema);
        }
      }
    }
    return Optional.empty();
  }
}
