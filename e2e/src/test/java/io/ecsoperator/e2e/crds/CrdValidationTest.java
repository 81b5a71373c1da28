package io.ecsoperator.e2e.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.e2e.controlplane.CustomResourceDefinitions;
import io.ecsoperator.e2e.junit.ControlPlaneExtension;
import io.ecsoperator.e2e.junit.TestNamespace;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables under {@code crd-validation/}, held against the API server. */
@ExtendWith(ControlPlaneExtension.class)
class CrdValidationTest {
  /** What the API server adds when a schema error kept it from evaluating the rules. */
  private static final String RULES_NOT_CHECKED = "some validation rules were not checked";

  @BeforeAll
  static void applyTheDefinitions(KubernetesClient client) {
    CustomResourceDefinitions.apply(client);
  }

  @ParameterizedTest
  @MethodSource("io.ecsoperator.e2e.crds.ValidationCase#accepted")
  void theApiServerAcceptsAn(ValidationCase sample, TestNamespace namespace) {
    assertThatCode(() -> apply(sample, namespace)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("io.ecsoperator.e2e.crds.ValidationCase#accepted")
  void serverSideApplyAcceptsAn(ValidationCase sample, TestNamespace namespace) {
    assertThatCode(
            () ->
                namespace
                    .client()
                    .resource(sample.object())
                    .dryRun()
                    .fieldValidation(Validation.STRICT)
                    .serverSideApply())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("io.ecsoperator.e2e.crds.ValidationCase#refused")
  void theApiServerSaysWhatIsWrongWithAn(ValidationCase sample, TestNamespace namespace) {
    KubernetesClientException refusal =
        catchThrowableOfType(KubernetesClientException.class, () -> apply(sample, namespace));

    assertThat(refusal).as("refusal").isNotNull();
    assertThat(messages(refusal)).containsExactlyElementsOf(sample.messages());
  }

  @Test
  void everyRuleHasARefusedSample() throws IOException {
    String expected =
        ValidationCase.refused()
            .flatMap(sample -> sample.messages().stream())
            .collect(Collectors.joining("\n"));
    Set<String> unused = new TreeSet<>();
    for (String plural : List.of("ecsclusters", "ecstaskdefinitions", "ecsservices", "ecstasks")) {
      try (InputStream in = getClass().getResourceAsStream("/crds/" + plural + ".yaml")) {
        JsonNode definition = new YAMLMapper().readTree(in);
        for (JsonNode rules : definition.findValues("x-kubernetes-validations")) {
          for (JsonNode rule : rules) {
            // A message that is computed ends with the text of the constant one.
            String message = rule.get("message").textValue();
            String tail = message.replace("remove the members ", "");
            if (!expected.contains(tail)) {
              unused.add(plural + ": " + message);
            }
          }
        }
      }
    }
    assertThat(unused).isEmpty();
  }

  /** A dry run, but for the state before an update. */
  private static void apply(ValidationCase sample, TestNamespace namespace) {
    GenericKubernetesResource object = sample.object();
    if (sample.was().isPresent()) {
      String version =
          resource(sample.before(), namespace).create().getMetadata().getResourceVersion();
      object.getMetadata().setResourceVersion(version);
      resource(object, namespace).dryRun().fieldValidation(Validation.STRICT).update();
    } else {
      resource(object, namespace).dryRun().fieldValidation(Validation.STRICT).create();
    }
  }

  private static NamespaceableResource<GenericKubernetesResource> resource(
      GenericKubernetesResource object, TestNamespace namespace) {
    return namespace.client().resource(object);
  }

  private static List<String> messages(KubernetesClientException refusal) {
    StatusDetails details = refusal.getStatus().getDetails();
    if (details == null || details.getCauses().isEmpty()) {
      String message = refusal.getStatus().getMessage();
      return List.of(message.substring(Math.max(0, message.indexOf("strict decoding error"))));
    }
    List<String> messages = new ArrayList<>();
    details
        .getCauses()
        .forEach(cause -> messages.add(cause.getField() + ": " + cause.getMessage()));
    messages.removeIf(message -> message.contains(RULES_NOT_CHECKED));
    return messages;
  }
}
