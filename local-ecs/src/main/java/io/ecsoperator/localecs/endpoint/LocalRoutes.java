package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.ecsoperator.localecs.calls.CallLog;
import io.ecsoperator.localecs.faults.Admission;
import io.ecsoperator.localecs.faults.Faults;
import io.ecsoperator.localecs.faults.Quotas;
import io.ecsoperator.localecs.world.World;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import java.io.IOException;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes that only local-ecs has, under {@value #PREFIX}: call log, reset, faults, clock, and
 * the {@link Changes}.
 */
public final class LocalRoutes {
  static final String PREFIX = "/_local/";

  private final World world;
  private final Changes changes;
  private final Map<String, Route> routes = new HashMap<>();
  private final ObjectMapper mapper = new ObjectMapper();

  /** Answers a request; its body is a missing node where the request had none. */
  @FunctionalInterface
  interface Route {
    /**
     * @throws IllegalArgumentException where the body is invalid
     */
    JsonNode answer(JsonNode body);
  }

  public LocalRoutes(
      World world,
      Endpoint endpoint,
      Admission admission,
      CallLog calls,
      Switches switches,
      Changes changes,
      Reset reset) {
    this.world = world;
    this.changes = changes;
    add("GET calls", body -> object().set("calls", list(calls.all(), call -> call.toJson())));
    add("POST reset", body -> done(reset));
    addFaults(admission.faults());
    add(
        "GET scripts",
        body ->
            object()
                .set(
                    "scripts",
                    list(
                        switches.images().all().entrySet(),
                        entry -> ScriptJson.write(entry.getKey(), entry.getValue()))));
    addClock();
    switches
        .external()
        .reads()
        .forEach((name, read) -> add(name, body -> world.call(() -> read.answer(body))));
    add("GET events", body -> world.call(switches.events()::shown));
    addQuotas(admission.quotas());
    add("GET lag", body -> LagJson.write(endpoint.lag()));
    add(
        "POST lag",
        body -> {
          endpoint.setLag(LagJson.read(body));
          return LagJson.write(endpoint.lag());
        });
  }

  private void addFaults(Faults faults) {
    add("GET faults", body -> object().set("faults", list(faults.rules(), FaultJson::write)));
    add("POST faults", body -> done(() -> faults.add(FaultJson.read(body))));
    add("DELETE faults", body -> done(faults::clear));
  }

  private void addQuotas(Quotas quotas) {
    add("GET quotas", body -> json(quotas));
    add(
        "POST quotas",
        body -> {
          quotas.set(required(body, "on").asBoolean());
          return json(quotas);
        });
  }

  private void addClock() {
    add("GET clock", body -> time());
    add(
        "POST clock/advance",
        body -> {
          changes.advance(Duration.parse(required(body, "by").asText()));
          return time();
        });
  }

  private void add(String methodAndPath, Route route) {
    routes.put(methodAndPath, route);
  }

  void serve(HttpExchange exchange, byte[] json) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(PREFIX.length());
    String name = exchange.getRequestMethod() + " " + path;
    Optional<Route> route = Optional.ofNullable(routes.get(name)).or(() -> changes.find(name));
    if (route.isEmpty()) {
      send(exchange, 404, error("There is no " + name + " here."));
      return;
    }
    try {
      JsonNode body = mapper.readTree(json);
      send(exchange, 200, route.get().answer(body));
    } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
      send(exchange, 400, error(e.getMessage()));
    } catch (JacksonException e) {
      send(exchange, 400, error(e.getOriginalMessage()));
    }
  }

  private static JsonNode required(JsonNode body, String member) {
    if (!body.hasNonNull(member)) {
      throw new IllegalArgumentException("The body needs " + member + ".");
    }
    return body.get(member);
  }

  private JsonNode time() {
    return object().put("now", world.call(world::now).toString());
  }

  private static JsonNode json(Quotas quotas) {
    ObjectNode json = object().put("on", quotas.areOn());
    ObjectNode categories = json.putObject("categories");
    Arrays.stream(QuotaCategory.values())
        .filter(QuotaCategory::isPublished)
        .forEach(
            category ->
                categories
                    .putObject(category.name())
                    .put("burst", category.burst())
                    .put("perSecond", category.perSecond()));
    return json;
  }

  private void send(HttpExchange exchange, int status, JsonNode json) throws IOException {
    byte[] bytes = mapper.writeValueAsBytes(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static <T> ArrayNode list(Iterable<T> items, Function<T, JsonNode> json) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    items.forEach(item -> list.add(json.apply(item)));
    return list;
  }

  private static JsonNode done(Runnable action) {
    action.run();
    return object();
  }

  private static ObjectNode error(@Nullable String message) {
    return object().put("message", message);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
