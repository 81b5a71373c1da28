package io.ecsoperator.e2e.chart;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static final Set<String> KINDS =
      Set.of("ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");

  private final Chart chart;
  private final KubernetesClient admin;
  private final String namespace;
  private volatile String accountNamespace;
  private volatile String accountName = Chart.RELEASE;
  private volatile String token;

  private OperatorAccount(Chart chart, KubernetesClient admin, String namespace) {
    this.chart = chart;
    this.admin = admin;
    this.namespace = namespace;
    this.accountNamespace = namespace;
    this.token = newToken();
  }

  /**
   * Creates it in the namespace of the test; when this returns, the API server knows its rights.
   */
  public static OperatorAccount in(TestNamespace namespace, ExtensionContext context) {
    Chart chart = new Chart(ControlPlaneExtension.helm(context));
    String manifests =
        ControlPlaneExtension.ofTheRun(context, STORE)
            .getOrComputeIfAbsent(PLACEHOLDER, _ -> ofOneNamespace(chart), String.class)
            .replace(PLACEHOLDER, namespace.name());
    create(namespace.client(), manifests);
    OperatorAccount account = new OperatorAccount(chart, namespace.client(), namespace.name());
    Await.until(
        "the API server knows the rights of the operator",
        () ->
            account.may("list", "ecs-operator.io", "ecsclusters")
                && account.may("create", "coordination.k8s.io", "leases"));
    return account;
  }

  private static String ofOneNamespace(Chart chart) {
    return manifests(
        chart,
        PLACEHOLDER,
        "ownerId=\"tests\"",
        "query.enabled=true",
        "watch.namespaces=[\"" + PLACEHOLDER + "\"]");
  }

  private static String manifests(Chart chart, String release, String... values) {
    String[] all =
        Stream.concat(Stream.of("crds.enabled=false", "rbac.aggregate=false"), Stream.of(values))
            .toArray(String[]::new);
    return chart.objects(release, all).stream()
        .filter(object -> KINDS.contains(object.path("kind").asText()))
        .map(Chart::yaml)
        .collect(Collectors.joining());
  }

  /** Creates each object in the namespace that it names. */
  private static void create(KubernetesClient admin, String manifests) {
    admin
        .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(
            object -> {
              String namespace = object.getMetadata().getNamespace();
              var resource = admin.resource(object);
              (namespace == null ? resource : resource.inNamespace(namespace)).create();
            });
  }

  /**
   * Replaces it by the account of an installation with the defaults of the chart: it watches all
   * namespaces, and lives outside of the test's. When this returns, the API server knows its
   * rights.
   */
  public void watchAllNamespaces() {
    accountNamespace = namespace + "-operator";
    accountName = accountNamespace;
    admin
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(accountNamespace)
                .endMetadata()
                .build())
        .create();
    // The name of a ClusterRole has to be unique among the tests.
    create(admin, manifests(chart, accountNamespace, "fullnameOverride=\"" + accountName + "\""));
    Await.until(
        "the API server knows the rights of the operator",
        () -> may("list", "ecs-operator.io", "ecsclusters"));
    renew();
  }

  private boolean may(String verb, String group, String resource) {
    return admin
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:" + accountNamespace + ":" + accountName)
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
        .inNamespace(accountNamespace)
        .withName(accountName)
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }
}
