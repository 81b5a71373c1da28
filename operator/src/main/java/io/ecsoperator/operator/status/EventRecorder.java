package io.ecsoperator.operator.status;

import io.ecsoperator.operator.CutText;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.leader.Leadership;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kubernetes Events about an object: what {@code kubectl describe} shows at its end. */
public final class EventRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  /** The API server's limit for a note. */
  private static final int MAX_MESSAGE = 1024;

  private final KubernetesClient kubernetes;
  private final Clock clock;
  private final Leadership leadership;

  public EventRecorder(KubernetesClient kubernetes, Clock clock, Leadership leadership) {
    this.kubernetes = kubernetes;
    this.clock = clock;
    this.leadership = leadership;
  }

  /** Event type, as in Kubernetes. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    Type(String text) {
      this.text = text;
    }
  }

  /**
   * Records an Event, if this replica leads. One that cannot be written is logged: nothing depends
   * on it.
   */
  public void record(HasMetadata about, Type type, String reason, String message) {
    if (!leadership.held()) {
      return;
    }
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String namespace = about.getMetadata().getNamespace();
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withGenerateName(about.getMetadata().getName() + ".")
            .withNamespace(namespace)
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withNamespace(namespace)
            .withName(about.getMetadata().getName())
            .withUid(about.getMetadata().getUid())
            .endInvolvedObject()
            .withType(type.text)
            .withReason(reason)
            .withMessage(CutText.of(message, MAX_MESSAGE))
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .withNewSource()
            .withComponent("ecs-operator")
            .endSource()
            .build();
    try {
      kubernetes.resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.debug("The Event {} of {} could not be written", reason, ObjectKey.of(about), e);
    }
  }
}
