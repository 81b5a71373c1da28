package io.ecsoperator.e2e.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the cases under {@code crd-validation/} against the API server. */
@ExtendWith(ControlPlaneExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrdValidationTest {
  /** The message that the API server adds if a schema error prevents evaluation of the rules. */
  private static final String RULES_NOT_CHECKED = "some validation rules were not checked";

  /** The message that it adds to the error of the first alternative of an open enum. */
  private static final String NO_ALTERNATIVE = "must validate at least one schema (anyOf)";

  private final TestNamespace namespace;

  CrdValidationTest(KubernetesClient client, TestNamespace namespace) {
    CustomResourceDefinitions.apply(client);
    this.namespace = namespace;
  }

  @ParameterizedTest
  @MethodSource("io.ecsoperator.e2e.crds.ValidationCase#accepted")
  void theApiServerAcceptsAn(ValidationCase sample) {
    assertThatCode(() -> apply(sample)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("io.ecsoperator.e2e.crds.ValidationCase#accepted")
  void serverSideApplyAcceptsAn(ValidationCase sample) {
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
  void theApiServerReportsTheErrorsOfAn(ValidationCase sample) {
    KubernetesClientException refusal =
        catchThrowableOfType(KubernetesClientException.class, () -> apply(sample));

    assertThat(refusal).as("refusal").isNotNull();
    assertThat(messages(refusal)).containsExactlyInAnyOrderElementsOf(sample.messages());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ecsclusters",
        "ecscapacityproviders",
        "ecstaskdefinitions",
        "ecsservices",
        "ecstasks"
      })
  void everyRuleHasARefusedSample(String plural) throws IOException {
    JsonNode definition;
    try (InputStream in = getClass().getResourceAsStream("/crds/" + plural + ".yaml")) {
      definition = new YAMLMapper().readTree(in);
    }
    String kind = definition.at("/spec/names/kind").textValue();
    String expected =
        ValidationCase.refused()
            .filter(sample -> sample.kind().equals(kind))
            .flatMap(sample -> sample.messages().stream())
            .collect(Collectors.joining("\n"));

    // A template has the rules of the kind that it is the spec of.
    JsonNode specs =
        definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties");
    ((ObjectNode) specs).remove("template");

    Set<String> withoutSample = new TreeSet<>();
    for (JsonNode rules : definition.findValues("x-kubernetes-validations")) {
      for (JsonNode rule : rules) {
        String message = rule.get("message").textValue();
        if (!expected.contains(message)) {
          withoutSample.add(message);
        }
      }
    }
    assertThat(withoutSample).isEmpty();
  }

  /**
   * Applies the case as a dry run; only the state before an update is created, and deleted again.
   */
  private void apply(ValidationCase sample) {
    GenericKubernetesResource object = sample.object();
    if (sample.was().isEmpty()) {
      namespace.client().resource(object).dryRun().fieldValidation(Validation.STRICT).create();
      return;
    }
    GenericKubernetesResource before = namespace.client().resource(sample.before()).create();
    try {
      object.getMetadata().setResourceVersion(before.getMetadata().getResourceVersion());
      namespace.client().resource(object).dryRun().fieldValidation(Validation.STRICT).update();
    } finally {
      namespace.client().resource(before).delete();
    }
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
    messages.removeIf(
        message -> message.contains(RULES_NOT_CHECKED) || message.contains(NO_ALTERNATIVE));
    return messages;
  }
}
