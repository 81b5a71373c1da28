package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.controlplane.junit.Await;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The query API of a running operator, with tokens and rights of a real API server. */
@WithOperator
class QueryTest {
  private static final Path PAGE = Path.of("..", "docs", "query.md");

  /** An example of the page: its options, and its path. */
  private static final Pattern JSON = Pattern.compile("--json '([^']*)'");

  private static final Pattern CURL = Pattern.compile("(?m)^curl -s (.*)\"\\$API(/[^\"]*)\"$");

  @Test
  void eachUserSeesWhatItsRightsInKubernetesAllow(TestBed bed) throws Exception {
    bed.restartWithQueries();
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("web", "example.com/app:1"),
        Manifests.service("web", "demo", "web", "desiredCount: 2"));
    bed.awaitReady(cluster("demo"), taskDefinition("web"), service("web"));
    bed.aws().createCluster(create -> create.clusterName("foreign"));
    String viewer = user(bed, "viewer", "list", "get");
    String guest = user(bed, "guest");

    Await.until(
        () -> json(get(bed, viewer, "/v1/tasks?status=RUNNING")).path("tasks").size() == 2,
        () -> get(bed, viewer, "/v1/tasks?status=RUNNING").body());

    JsonNode service = json(get(bed, viewer, "/v1/services")).at("/services/0");
    assertThat(service.path("serviceName").asText()).isEqualTo("web");
    assertThat(service.at("/owner/namespace").asText()).isEqualTo(bed.namespace());
    assertThat(
            get(bed, viewer, "/v1/resources/" + service.path("serviceArn").asText()).statusCode())
        .isEqualTo(200);
    assertThat(get(bed, viewer, "/v1/clusters").body()).contains("demo").doesNotContain("foreign");
    assertThat(get(bed, viewer, "/v1/container-instances").statusCode()).isEqualTo(403);
    assertThat(get(bed, guest, "/v1/services").statusCode()).isEqualTo(403);
    assertThat(get(bed, "wrong", "/v1/services").statusCode()).isEqualTo(401);

    String admin = administrator(bed);
    Await.until(
        "the administrator may see everything",
        () -> get(bed, admin, "/v1/container-instances").statusCode() == 200);
    for (MatchResult example : CURL.matcher(Files.readString(PAGE)).results().toList()) {
      Optional<String> token =
          example.group(1).contains("$TOKEN") ? Optional.of(admin) : Optional.empty();
      String path =
          example.group(2).replace("{", "%7B").replace("}", "%7D").replace("[]", "%5B%5D");
      Matcher body = JSON.matcher(example.group(1));
      HttpResponse<String> response =
          body.find() ? post(bed, token, path, body.group(1)) : send(bed, token, path);
      assertThat(response.statusCode()).as(path).isEqualTo(200);
    }
  }

  /** The token of a service account with these verbs on the custom resources of the namespace. */
  private static String user(TestBed bed, String name, String... verbs) {
    bed.kubernetes()
        .serviceAccounts()
        .inNamespace(bed.namespace())
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    if (verbs.length > 0) {
      bed.kubernetes()
          .rbac()
          .roles()
          .inNamespace(bed.namespace())
          .resource(
              new RoleBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .endMetadata()
                  .addNewRule()
                  .withApiGroups("ecs-operator.io")
                  .withResources("ecsclusters", "ecsservices", "ecstasks", "ecstaskdefinitions")
                  .withVerbs(verbs)
                  .endRule()
                  .build())
          .create();
      bed.kubernetes()
          .rbac()
          .roleBindings()
          .inNamespace(bed.namespace())
          .resource(
              new RoleBindingBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .endMetadata()
                  .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                  .addNewSubject()
                  .withKind("ServiceAccount")
                  .withName(name)
                  .withNamespace(bed.namespace())
                  .endSubject()
                  .build())
          .create();
    }
    return token(bed, name);
  }

  /** The token of a service account with all rights. */
  private static String administrator(TestBed bed) {
    String token = user(bed, "admin");
    bed.kubernetes()
        .rbac()
        .clusterRoleBindings()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(bed.namespace() + "-admin")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName("admin")
                .withNamespace(bed.namespace())
                .endSubject()
                .build())
        .create();
    return token;
  }

  private static String token(TestBed bed, String account) {
    return bed.kubernetes()
        .serviceAccounts()
        .inNamespace(bed.namespace())
        .withName(account)
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(response.body(), e);
    }
  }

  private static HttpResponse<String> get(TestBed bed, String token, String path) {
    return send(bed, Optional.of(token), path);
  }

  private static HttpResponse<String> send(TestBed bed, Optional<String> token, String path) {
    return send(HttpRequest.newBuilder(URI.create(bed.queries() + path)), token);
  }

  private static HttpResponse<String> post(
      TestBed bed, Optional<String> token, String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(bed.queries() + path))
            .POST(BodyPublishers.ofString(body)),
        token);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, Optional<String> token) {
    token.ifPresent(it -> request.header("Authorization", "Bearer " + it));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
