package io.ecsoperator.operator.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.http.ApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Schemathesis makes requests by the OpenAPI document, and checks the answers against it. */
class OpenApiTest {
  private static final Path REQUIREMENTS = Path.of("src/test/python/requirements.txt");
  private static final Path PYTHON = Path.of("target/python").toAbsolutePath();

  @Test
  void theAnswersAreThoseOfTheDocument() throws Exception {
    install();
    try (FleetOnLocalEcs world = new FleetOnLocalEcs(true)) {
      world.cluster("main", world.ownedBy("EcsCluster", "shop", "main"));
      world.local().instances().add("main", "m5.large", 2);
      world.definition("web", "secret");
      world.service("main", "web", "web", 2, world.ownedBy("EcsService", "shop", "web"));
      world.local().advance(FleetOnLocalEcs.ROUND);
      world.read();
      try (ApiServer server = ApiServer.start("127.0.0.1", 0, world.handler(), world.watchdogs())) {
        run(
            PYTHON.resolve("bin/schemathesis").toString(),
            "run",
            withoutSelections().toString(),
            "--url",
            "http://127.0.0.1:" + server.port(),
            "--header",
            "Authorization: Bearer " + FakeReviews.token("admin"),
            "--exclude-path=/v1/stream",
            "--max-examples=25",
            "--phases=examples,coverage,fuzzing",
            // An expression, a token and an ARN have to be right beyond what a schema says.
            "--exclude-checks=positive_data_acceptance",
            "--generation-deterministic",
            "--no-color");
      }
    }
  }

  /** Without the parameters that select from an answer, it has the schema as a whole. */
  private static Path withoutSelections() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode document;
    try (InputStream in = QueryApi.class.getResourceAsStream("openapi.json")) {
      document = (ObjectNode) json.readTree(in);
    }
    for (JsonNode path : document.path("paths")) {
      if (path.path("get").path("parameters") instanceof ArrayNode parameters) {
        parameters.removeIf(one -> one.path("$ref").asText().matches(".*/(fields|query)"));
      }
      if (path.at("/get/responses/200/content/application~1json") instanceof ObjectNode content
          && content.at("/schema/anyOf/0") instanceof ObjectNode whole) {
        content.set("schema", whole);
      }
    }
    return Files.write(
        Files.createDirectories(Path.of("target")).resolve("openapi-without-selections.json"),
        json.writeValueAsBytes(document));
  }

  /** The packages stay until the list changes. */
  private static void install() throws IOException, InterruptedException {
    Path installed = PYTHON.resolve("installed.txt");
    String wanted = Files.readString(REQUIREMENTS);
    if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
      run("python3", "-m", "venv", "--clear", PYTHON.toString());
      run(
          PYTHON.resolve("bin/python").toString(),
          "-m",
          "pip",
          "install",
          "--quiet",
          "--disable-pip-version-check",
          "--requirement",
          REQUIREMENTS.toString());
      Files.writeString(installed, wanted);
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as("%s:%n%s", List.of(command), output).isZero();
  }
}
