package io.ecsoperator.operator.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.http.Problem;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the API server, by TokenReview and SubjectAccessReview. */
public final class KubernetesReviews implements Reviews {
  private static final Logger log = LoggerFactory.getLogger(KubernetesReviews.class);

  private static final String AUTHENTICATION = "authentication.k8s.io/v1";
  private static final String AUTHORIZATION = "authorization.k8s.io/v1";
  private static final String GROUP = "ecs-operator.io";

  private final KubernetesClient kubernetes;
  private final ObjectMapper json = new ObjectMapper();

  public KubernetesReviews(KubernetesClient kubernetes) {
    this.kubernetes = kubernetes;
  }

  @Override
  public Optional<User> authenticate(String token) {
    ObjectNode review = review(AUTHENTICATION, "TokenReview");
    review.putObject("spec").put("token", token);
    JsonNode status = create(AUTHENTICATION, "tokenreviews", review);
    return status.path("authenticated").asBoolean()
        ? Optional.of(user(status.path("user")))
        : Optional.empty();
  }

  @Override
  public boolean allows(User user, Right right) {
    ObjectNode review = review(AUTHORIZATION, "SubjectAccessReview");
    ObjectNode spec = review.putObject("spec");
    spec.put("user", user.name());
    spec.put("uid", user.uid());
    user.groups().forEach(spec.putArray("groups")::add);
    ObjectNode extra = spec.putObject("extra");
    user.extra().forEach((key, values) -> values.forEach(extra.putArray(key)::add));
    spec.putObject("resourceAttributes")
        .put("group", GROUP)
        .put("verb", right.verb())
        .put("resource", right.resource())
        .put("namespace", right.namespace())
        .put("name", right.name());
    JsonNode status = create(AUTHORIZATION, "subjectaccessreviews", review);
    return status.path("allowed").asBoolean() && !status.path("denied").asBoolean();
  }

  private static ObjectNode review(String version, String kind) {
    return JsonNodeFactory.instance.objectNode().put("apiVersion", version).put("kind", kind);
  }

  private static User user(JsonNode user) {
    Map<String, List<String>> extra = new HashMap<>();
    user.path("extra").properties().forEach(one -> extra.put(one.getKey(), texts(one.getValue())));
    return new User(
        user.path("username").asText(),
        user.path("uid").asText(),
        texts(user.path("groups")),
        extra);
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).collect(Collectors.toList());
  }

  /** The status of the review. No message of the client has the token, which is in the body. */
  private JsonNode create(String version, String plural, ObjectNode review) {
    try {
      String answer = kubernetes.raw("/apis/" + version + "/" + plural, "POST", review);
      if (answer == null) {
        throw unavailable("no answer");
      }
      return json.readTree(answer).path("status");
    } catch (KubernetesClientException e) {
      throw unavailable("HTTP status " + e.getCode());
    } catch (JsonProcessingException e) {
      throw unavailable("the answer is no JSON");
    }
  }

  private static Problem unavailable(String why) {
    log.warn("The query API cannot check a user: the API server refuses the review, {}", why);
    return Problem.of(503, "Kubernetes cannot check the user now.").with("Retry-After", "5");
  }
}
