package io.ecsoperator.e2e.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.CommandResult;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies of the folder {@code policies}, applied by a real API server to their samples. */
@ExtendWith(ControlPlaneExtension.class)
class AdmissionPoliciesTest {
  private static final Path POLICIES = Path.of("../policies");

  private static final List<String> POLICY_NAMES =
      List.of("roles", "names", "adoption", "observe", "privileged", "exec");

  /** Members that the schema requires, and that cannot be null for that reason. */
  private static final Set<String> ALWAYS_PRESENT =
      Set.of(
          "spec",
          "data",
          "containerDefinitions",
          "ec2InstanceProfileArn",
          "infrastructureRoleArn",
          "instanceLaunchTemplate");

  /** A policy is in force some time after it was created. */
  private static final Duration UNTIL_IN_FORCE = Duration.ofSeconds(60);

  @BeforeAll
  static void applyTheDefinitions(KubernetesClient client) {
    CustomResourceDefinitions.apply(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"roles", "names", "adoption", "observe", "privileged", "exec"})
  void aPolicyRefusesItsAttacksAndNothingElse(
      String policy, Kubectl kubectl, KubernetesClient client, TestNamespace namespace)
      throws IOException {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("ecs-operator-roles")
                .withNamespace(namespace.name())
                .endMetadata()
                .addToData(
                    namespace.name(),
                    "arn:aws:iam::111122223333:role/other-, arn:aws:iam::111122223333:role/shop-")
                .build())
        .create();
    String manifest = manifest(policy, namespace.name());
    succeeds(kubectl.runWithInput(manifest, "apply", "-f", "-"));
    try {
      checkSamples(policy, kubectl, namespace);
    } finally {
      succeeds(kubectl.runWithInput(manifest, "delete", "-f", "-"));
    }
  }

  /** Kubernetes tools send null for what is absent, and CEL does not take the one for the other. */
  @ParameterizedTest
  @ValueSource(strings = {"roles", "names", "adoption", "observe", "privileged", "exec"})
  void anAllowedSampleHasNullForEachMemberThatAPolicyReads(String policy) throws IOException {
    Set<String> members = new TreeSet<>();
    Matcher read =
        Pattern.compile("\\.\\?(\\w+)")
            .matcher(Files.readString(POLICIES.resolve(policy + ".yaml")));
    while (read.find()) {
      members.add(read.group(1));
    }
    members.removeAll(ALWAYS_PRESENT);

    String allowed = "";
    for (String other : POLICY_NAMES) {
      allowed += String.join("", samples(other, "allowed"));
    }
    assertThat(allowed).contains(members.stream().map(member -> member + ": null").toList());
  }

  private static void checkSamples(String policy, Kubectl kubectl, TestNamespace namespace)
      throws IOException {
    List<String> refused = samples(policy, "refused");
    Await.within(
        UNTIL_IN_FORCE,
        () -> isRefused(refused.getFirst(), namespace),
        () -> "the policy is in force");
    for (String sample : refused) {
      CommandResult result = create(sample, kubectl, namespace);
      assertThat(result.exitCode()).as(sample).isNotZero();
      assertThat(result.stderr())
          .as(sample)
          .contains("ecs-operator-" + policy)
          .containsPattern("in this namespace|: use |: set |has to begin with one of");
    }
    List<String> allowed = new ArrayList<>();
    for (String other : POLICY_NAMES) {
      allowed.addAll(samples(other, "allowed"));
    }
    CommandResult all = create(String.join("---\n", allowed), kubectl, namespace);
    succeeds(all);
    assertThat(all.stdout().lines()).hasSameSizeAs(allowed);
  }

  /** The manifest with names of its own, in force in one namespace only. */
  private static String manifest(String policy, String namespace) throws IOException {
    String name = "ecs-operator-" + policy;
    return Files.readString(POLICIES.resolve(policy + ".yaml"))
        .replaceAll("(?m)^(  name|  policyName): " + name + "$", "$1: " + name + "-" + namespace)
        .replace("namespace: ecs-operator-system", "namespace: " + namespace)
        .replace(
            "{key: ecs-operator.io/trusted, operator: NotIn, values: [\"true\"]}",
            "{key: kubernetes.io/metadata.name, operator: In, values: [" + namespace + "]}");
  }

  private static List<String> samples(String policy, String outcome) throws IOException {
    String all = Files.readString(POLICIES.resolve("samples/" + policy + "-" + outcome + ".yaml"));
    return Stream.of(all.split("(?m)^---\n")).filter(sample -> !sample.isBlank()).toList();
  }

  private static boolean isRefused(String sample, TestNamespace namespace) {
    try {
      namespace
          .client()
          .resource(Serialization.unmarshal(sample, GenericKubernetesResource.class))
          .dryRun()
          .create();
      return false;
    } catch (KubernetesClientException e) {
      if (e.getCode() == 0) {
        throw e; // There is no answer.
      }
      return true;
    }
  }

  private static CommandResult create(String sample, Kubectl kubectl, TestNamespace namespace) {
    return kubectl.runWithInput(
        sample, "create", "--dry-run=server", "-n", namespace.name(), "-f", "-");
  }

  private static void succeeds(CommandResult result) {
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }
}
