package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.ecsoperator.controlplane.model.ApiServerModel;
import io.ecsoperator.controlplane.model.ModelHttpClient;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The model of the API server, which the simulation runs against, answers as a real one does. */
@ExtendWith(ControlPlaneExtension.class)
class ApiServerModelTest {
  private static final String FINALIZER = "ecs-operator.io/finalizer";
  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeAll
  static void applyCustomResourceDefinitions(KubernetesClient client) {
    CustomResourceDefinitions.apply(client);
  }

  @Test
  void theModelAnswersAsTheApiServer(KubernetesClient client, TestNamespace namespace) {
    List<String> eventsOfReal = new CopyOnWriteArrayList<>();
    ApiServerModel model = new ApiServerModel(InstantSource.system());
    KubernetesClient modelled =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.empty()).withMasterUrl("http://model/").build())
            .withHttpClientFactory(ModelHttpClient.factory(model::handle))
            .withKubernetesSerialization(client.getKubernetesSerialization())
            .build();

    List<String> expected;
    try (var watch =
        client
            .resources(EcsCluster.class)
            .inNamespace(namespace.name())
            .watch(new Recorder(eventsOfReal))) {
      Objects.requireNonNull(watch);
      expected = new Life(client, namespace.name()).live();
      List<String> actual = new Life(modelled, namespace.name()).live();

      assertThat(actual).isEqualTo(expected);

      List<String> eventsOfModel =
          model.since("ecs-operator.io/v1alpha1/ecsclusters", 100).orElseThrow().stream()
              .map(event -> event.type() + " " + event.object().at("/metadata/generation"))
              .toList();
      Await.until("the events of the watch", () -> eventsOfReal.size() >= eventsOfModel.size());
      assertThat(eventsOfModel).isEqualTo(eventsOfReal);
    }
  }

  private record Recorder(List<String> events) implements Watcher<EcsCluster> {
    @Override
    public void eventReceived(Action action, EcsCluster object) {
      events.add(action + " " + object.getMetadata().getGeneration());
    }

    @Override
    public void onClose(WatcherException cause) {}
  }

  /** The life of an object, through everything that the operator and users do to one. */
  private static final class Life {
    private final KubernetesClient client;
    private final String namespace;
    private final List<String> answers = new ArrayList<>();
    private String version = "";
    private String uid = "";

    Life(KubernetesClient client, String namespace) {
      this.client = client;
      this.namespace = namespace;
    }

    List<String> live() {
      EcsCluster first = object("{}");
      answer("create", () -> client.resource(first).create());
      answer("create again", () -> client.resource(object("{}")).create());
      String beginning = version;
      answer("apply a status", () -> apply("{\"status\":\"ACTIVE\",\"clusterName\":\"a\"}"));
      answer("apply it again", () -> apply("{\"status\":\"ACTIVE\",\"clusterName\":\"a\"}"));
      answer("apply less of it", () -> apply("{\"status\":\"ACTIVE\"}"));
      answer("apply conditions", () -> apply(conditions("Ready", "Synced")));
      answer("apply fewer conditions", () -> apply(conditions("Ready")));
      answer("apply on an old version", () -> apply("{}", beginning, uid));
      answer("apply to another object", () -> apply("{}", version, UNKNOWN));
      answer("add a finalizer on an old version", () -> merge(finalizers(beginning)));
      answer("add a finalizer", () -> merge(finalizers(version)));
      answer("add it again", () -> merge(finalizers(version)));
      answer("annotate another object", () -> merge(annotation(UNKNOWN)));
      answer("annotate", () -> merge(annotation(uid)));
      answer("replace the spec", () -> update("{\"settings\":[]}", version));
      answer("replace it with the same", () -> update("{\"settings\":[]}", version));
      answer("replace on an old version", () -> update("{}", beginning));
      answer("a patch whose test fails", () -> json(test("/metadata/generation", "99")));
      answer("a patch of nothing", () -> json(remove("/spec/nothing")));
      answer("a patch", () -> json(add("/spec/settings/-", SETTING)));
      answer("apply a status again", () -> apply("{\"status\":\"ACTIVE\"}"));
      answer("remove the status", () -> wipe("{\"status\":null}"));
      answer("apply after that", () -> apply(conditions("Ready", "Synced")));
      answer("edit the status", () -> wipe("{\"status\":{\"clusterName\":\"c\"}}"));
      answer("apply without what was edited", () -> apply("{\"status\":\"ACTIVE\"}"));
      answer("delete", this::delete);
      answer("delete again", this::delete);
      answer("add a finalizer meanwhile", () -> merge(otherFinalizer()));
      answer("apply a status meanwhile", () -> apply("{\"status\":\"INACTIVE\"}"));
      answer("release", () -> json(remove("/metadata/finalizers")));
      answer("read", () -> client.resource(first).get());
      answer("release again", () -> json(remove("/metadata/finalizers")));
      answer("apply a status to what is gone", () -> apply("{}"));
      answer("merge into what is gone", () -> merge(annotation(uid)));
      answer("replace what is gone", () -> update("{}", version));
      answer("create a successor", () -> client.resource(object("{}")).create());
      answer("apply to the predecessor", () -> apply("{}", version, UNKNOWN));
      answer("delete the successor", this::delete);
      return answers;
    }

    private static final String SETTING = "{\"name\":\"containerInsights\",\"value\":\"enabled\"}";
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    /**
     * What can be compared of an answer: not uids and times, nor versions beyond whether they
     * change.
     */
    private void answer(String step, Supplier<EcsCluster> request) {
      String outcome;
      try {
        EcsCluster object = request.get();
        if (object == null) {
          outcome = "nothing";
        } else {
          boolean newVersion = !object.getMetadata().getResourceVersion().equals(version);
          boolean newUid = !object.getMetadata().getUid().equals(uid);
          version = object.getMetadata().getResourceVersion();
          uid = object.getMetadata().getUid();
          ObjectNode tree = JSON.valueToTree(object);
          outcome =
              "%s%s generation %d, finalizers %s, annotations %s%s, spec %s, status %s"
                  .formatted(
                      newVersion ? "changed" : "unchanged",
                      newUid ? ", new" : "",
                      object.getMetadata().getGeneration(),
                      object.getMetadata().getFinalizers(),
                      object.getMetadata().getAnnotations(),
                      object.isMarkedForDeletion() ? ", deleted" : "",
                      tree.path("spec"),
                      withoutDefault(tree.path("status")));
        }
      } catch (KubernetesClientException e) {
        outcome = "refused with " + e.getCode();
      }
      answers.add(step + ": " + outcome);
    }

    /** The model knows no schemas, so it sets no defaults. */
    private static String withoutDefault(JsonNode status) {
      if (status.path("observedGeneration").asInt() == -1) {
        ((ObjectNode) status).remove("observedGeneration");
      }
      return status.isEmpty() ? "" : status.toString();
    }

    private EcsCluster object(String spec) {
      EcsCluster object = new EcsCluster();
      object.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName("web").build());
      object.setSpec(tree(spec));
      return object;
    }

    private EcsCluster apply(String status) {
      return apply(status, version, uid);
    }

    private EcsCluster apply(String status, String onVersion, String toUid) {
      EcsCluster object =
          client
              .getKubernetesSerialization()
              .unmarshal("{\"status\":" + status + "}", EcsCluster.class);
      object.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(namespace)
              .withName("web")
              .withUid(toUid)
              .withResourceVersion(onVersion)
              .build());
      return client
          .resource(object)
          .subresource("status")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager("ecs-operator")
                  .withForce(true)
                  .build());
    }

    private EcsCluster merge(String patch) {
      return client.resource(object("{}")).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private EcsCluster json(String patch) {
      return client.resource(object("{}")).patch(PatchContext.of(PatchType.JSON), patch);
    }

    private EcsCluster wipe(String patch) {
      return client
          .resource(object("{}"))
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private EcsCluster update(String spec, String onVersion) {
      EcsCluster now = object(spec);
      now.getMetadata().setResourceVersion(onVersion);
      now.getMetadata().setFinalizers(List.of(FINALIZER));
      return client.resource(now).update();
    }

    private EcsCluster delete() {
      client.resource(object("{}")).delete();
      return client.resource(object("{}")).get();
    }

    private String finalizers(String onVersion) {
      return "{\"metadata\":{\"uid\":\"%s\",\"resourceVersion\":\"%s\",\"finalizers\":[\"%s\"]}}"
          .formatted(uid, onVersion, FINALIZER);
    }

    private static String otherFinalizer() {
      return "{\"metadata\":{\"finalizers\":[\"%s\",\"example.com/other\"]}}".formatted(FINALIZER);
    }

    private static String annotation(String ofUid) {
      return "{\"metadata\":{\"uid\":\"%s\",\"annotations\":{\"example.com/note\":\"x\"}}}"
          .formatted(ofUid);
    }

    private static String conditions(String... types) {
      List<String> conditions = new ArrayList<>();
      for (String type : types) {
        conditions.add(
            "{\"type\":\"%s\",\"status\":\"True\",\"reason\":\"Because\",\"message\":\"so\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}"
                .formatted(type));
      }
      return "{\"conditions\":[" + String.join(",", conditions) + "]}";
    }

    private static String test(String path, String value) {
      return "[{\"op\":\"test\",\"path\":\"%s\",\"value\":%s}]".formatted(path, value);
    }

    private static String remove(String path) {
      return "[{\"op\":\"remove\",\"path\":\"%s\"}]".formatted(path);
    }

    private static String add(String path, String value) {
      return "[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(path, value);
    }

    private static ObjectNode tree(String json) {
      try {
        return (ObjectNode) JSON.readTree(json);
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        throw new IllegalArgumentException(json, e);
      }
    }
  }
}
