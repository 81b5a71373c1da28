package io.ecsoperator.e2e.chart;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The service account of the chart in the namespace of a test, with the rights that the chart gives
 * to an installation that watches this namespace only.
 */
public final class OperatorAccount {
  private static final Namespace STORE = Namespace.create(OperatorAccount.class);

  /** Stands for the namespace of a test, because Helm renders once for all of them. */
  private static final String PLACEHOLDER = "namespace-of-the-test";

  private static final Set<String> KINDS = Set.of("ServiceAccount", "Role", "RoleBinding");

  private final KubernetesClient admin;
  private final String namespace;
  private volatile String token;

  private OperatorAccount(KubernetesClient admin, String namespace) {
    this.admin = admin;
    this.namespace = namespace;
    this.token = newToken();
  }

  /**
   * Creates it in the namespace of the test; when this returns, the API server knows its rights.
   */
  public static OperatorAccount in(TestNamespace namespace, ExtensionContext context) {
    String manifests =
        context
            .getRoot()
            .getStore(STORE)
            .getOrComputeIfAbsent(PLACEHOLDER, _ -> manifests(context), String.class)
            .replace(PLACEHOLDER, namespace.name());
    namespace
        .client()
        .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
        .create();
    OperatorAccount account = new OperatorAccount(namespace.client(), namespace.name());
    Await.until(
        "the API server knows the rights of the operator",
        () ->
            account.may("list", "ecs-operator.io", "ecsclusters")
                && account.may("create", "coordination.k8s.io", "leases"));
    return account;
  }

  private static String manifests(ExtensionContext context) {
    return new Chart(ControlPlaneExtension.helm(context))
            .objects(
                PLACEHOLDER,
                "crds.enabled=false",
                "rbac.aggregate=false",
                "ownerId=\"tests\"",
                "watch.namespaces=[\"" + PLACEHOLDER + "\"]")
            .stream()
            .filter(object -> KINDS.contains(object.path("kind").asText()))
            .map(Chart::yaml)
            .collect(Collectors.joining());
  }

  private boolean may(String verb, String group, String resource) {
    return admin
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:" + namespace + ":" + Chart.RELEASE)
                .withNewResourceAttributes()
                .withNamespace(namespace)
                .withVerb(verb)
                .withGroup(group)
                .withResource(resource)
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  /** A bearer token of the account. */
  public String token() {
    return token;
  }

  /** Requests a token of the account that has the same name now. */
  public void renew() {
    token = newToken();
  }

  private String newToken() {
    return admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(Chart.RELEASE)
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }
}
