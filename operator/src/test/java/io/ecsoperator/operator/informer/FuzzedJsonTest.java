package io.ecsoperator.operator.informer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.operator.KubernetesClients;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.fuzz.Choices;
import io.ecsoperator.operator.fuzz.Mutations;
import io.ecsoperator.operator.fuzz.Seeds;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Objects as the API server would hand them, and bytes that no API server sends. */
class FuzzedJsonTest {
  private static final ObjectNode OBJECT =
      Trees.tree(
          "{'apiVersion':'ecs-operator.io/v1alpha1','kind':'EcsService','metadata':{'name':'web',"
              + "'namespace':'shop','uid':'u','resourceVersion':'7','generation':1,'annotations':"
              + "{'ecs-operator.io/paused':'true'},'finalizers':['f'],'managedFields':[{'manager':"
              + "'kubectl','fieldsV1':{'f:spec':{}}}]},'spec':{'cluster':'c'},'status':{'arn':'a',"
              + "'conditions':[{'type':'Ready','status':'True','reason':'R','message':'m'}]}}");

  private final KubernetesClient kubernetes =
      KubernetesClients.of(new ConfigBuilder().withMasterUrl("http://localhost:1").build()).build();
  private final ObjectReader<EcsService> reader =
      new ObjectReader<>(EcsService.class, kubernetes.getKubernetesSerialization());

  @AfterEach
  void close() {
    kubernetes.close();
  }

  @Test
  void anObjectOfAnyContentIsReadOrNamedAsUnreadable() {
    Seeds.of(1000)
        .forEach(
            seed -> {
              String object = new Mutations(seed).of(OBJECT).toString();
              readOrNamed(object.getBytes(StandardCharsets.UTF_8), "seed " + seed);
            });
  }

  @Test
  void brokenBytesAreNamedAsUnreadable() {
    byte[] whole = OBJECT.toString().getBytes(StandardCharsets.UTF_8);
    Seeds.of(1000)
        .forEach(
            seed -> {
              Random random = new Random(seed);
              byte[] broken = whole.clone();
              for (int i = random.nextInt(6); i >= 0; i--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
              }
              assertThat(reader.read(broken, 0, random.nextInt(broken.length))).isNotNull();
            });
  }

  /** As a fuzzer found it: messages of parsers may begin with a line break. */
  @Test
  void theReasonIsTheFirstLineWithText() {
    EcsService object = new EcsService();
    object.setMetadata(new ObjectMetaBuilder().withNamespace("shop").withName("web").build());

    assertThat(reader.refused(object, new IllegalStateException("\n \nIt is broken.\n")).why())
        .isEqualTo("It is broken.");
    assertThat(reader.refused(object, new IllegalStateException("\n")).why())
        .contains("IllegalStateException");
  }

  @Tag("fuzz")
  @FuzzTest
  void whatTheFuzzerFindsIsReadOrNamedAsUnreadable(FuzzedDataProvider data) {
    byte[] bytes =
        data.consumeBoolean()
            ? data.consumeRemainingAsBytes()
            : new Mutations(new Choices(data))
                .of(OBJECT)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    readOrNamed(bytes, "found by the fuzzer");
  }

  private void readOrNamed(byte[] bytes, String input) {
    if (reader.read(bytes, 0, bytes.length)
        instanceof ReadObject.Unreadable<EcsService>(UnreadableObject object)) {
      assertThat(object.why()).as(input).isNotBlank().hasSizeLessThan(400);
    }
  }
}
