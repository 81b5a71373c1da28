package io.ecsoperator.e2e.operator;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * A namespace beside that of the test, in which the operator has the same rights, and whose user
 * writes objects of any content.
 */
final class HostileNamespace implements AutoCloseable {
  private static final int WRITERS = 8;

  /** Of one in so many objects: one is close to the limit of the API server. */
  private static final int ONE_IS_HUGE = 80;

  private final KubernetesClient kubernetes;
  private final String name;
  private final Random random = new Random(1);

  private HostileNamespace(KubernetesClient kubernetes, String name) {
    this.kubernetes = kubernetes;
    this.name = name;
  }

  static HostileNamespace create(TestBed bed) {
    KubernetesClient kubernetes = bed.kubernetes();
    String name = bed.namespace() + "-hostile";
    kubernetes
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    kubernetes.rbac().roles().inNamespace(bed.namespace()).list().getItems().stream()
        .map(
            role ->
                new RoleBuilder()
                    .withNewMetadata()
                    .withName(role.getMetadata().getName())
                    .withNamespace(name)
                    .endMetadata()
                    .withRules(role.getRules())
                    .build())
        .forEach(role -> kubernetes.resource(role).inNamespace(name).create());
    kubernetes.rbac().roleBindings().inNamespace(bed.namespace()).list().getItems().stream()
        .map(
            binding ->
                new RoleBindingBuilder()
                    .withNewMetadata()
                    .withName(binding.getMetadata().getName())
                    .withNamespace(name)
                    .endMetadata()
                    .withSubjects(binding.getSubjects())
                    .withRoleRef(binding.getRoleRef())
                    .build())
        .forEach(binding -> kubernetes.resource(binding).inNamespace(name).create());
    return new HostileNamespace(kubernetes, name);
  }

  String name() {
    return name;
  }

  /** Creates the objects of these numbers. */
  void write(int from, int to) {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      var results =
          IntStream.range(from, to)
              .mapToObj(this::content)
              .map(content -> writers.submit(() -> post(content)))
              .toList();
      results.forEach(
          result -> {
            try {
              result.get();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new IllegalStateException(e);
            } catch (ExecutionException e) {
              throw new AssertionError(e.getCause());
            }
          });
    }
  }

  private record Content(String plural, String json) {}

  private Content content(int number) {
    return switch (number % 8) {
      case 0 ->
          new Content(
              "ecsclusters",
              object(
                  "EcsCluster",
                  number,
                  "{\"settings\":[{\"name\":\"containerInsights\",\"value\":\"enabled\"}],"
                      + "\"tags\":[{\"key\":\"k\",\"value\":\"%s\"}]}".formatted(text(200))));
      case 1 ->
          new Content(
              "ecstaskdefinitions",
              HostileObjectTest.definition("h-" + number, 1, 1 + random.nextInt(20_000)));
      case 2 ->
          new Content(
              "ecsservices",
              object(
                  "EcsService",
                  number,
                  "{\"clusterRef\":{\"name\":\"none\"},\"taskDefinitionRef\":{\"name\":\"none\"}}"));
      case 3 ->
          new Content(
              "ecstasks",
              object("EcsTask", number, "{\"cluster\":\"victim\",\"taskDefinition\":\"h-1:1\"}"));
      case 4 ->
          new Content(
              "ecsservices",
              HostileObjectTest.deepService(100 + random.nextInt(3_000))
                  .replaceFirst("deep-\\d+", "h-" + number));
      case 5 ->
          new Content(
              "ecstaskdefinitions",
              number % ONE_IS_HUGE == 5
                  ? HostileObjectTest.definition("h-" + number, 16, 60_000)
                  : HostileObjectTest.definition("h-" + number, 300, 10));
      case 6 ->
          new Content(
              "ecstaskdefinitions",
              HostileObjectTest.definition("h-" + number, 1, 10)
                  .replace("\"spec\": {", "\"spec\": {\"family\": \"one\", "));
      default ->
          new Content(
              "ecsservices",
              object(
                  "EcsService",
                  number,
                  "{\"cluster\":\"victim\",\"taskDefinition\":\"one\",\"desiredCount\":3}"));
    };
  }

  private String text(int length) {
    return Long.toString(random.nextLong() >>> 1, Character.MAX_RADIX)
        .repeat(length)
        .substring(0, length);
  }

  private static String object(String kind, int number, String spec) {
    return """
        {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "%s", "metadata": {"name": "h-%d"}, "spec": %s}"""
        .formatted(kind, number, spec);
  }

  /** The client repeats a request that a busy API server is late to answer. */
  private void post(Content content) {
    try {
      kubernetes.raw(
          "/apis/ecs-operator.io/v1alpha1/namespaces/" + name + "/" + content.plural(),
          "POST",
          content.json());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  /** Starts the deletion, which continues in the background. */
  @Override
  public void close() {
    kubernetes.namespaces().withName(name).delete();
  }
}
