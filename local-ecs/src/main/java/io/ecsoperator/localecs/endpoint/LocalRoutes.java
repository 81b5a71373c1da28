package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.ecsoperator.localecs.calls.CallLog;
import io.ecsoperator.localecs.region.Regions;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.weather.Faults;
import io.ecsoperator.localecs.world.World;
import java.io.IOException;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Duration;

/**
 * What only local-ecs has, under {@value #PREFIX}: call log, reset, faults, scripts, instances,
 * clock.
 */
public final class LocalRoutes {
  static final String PREFIX = "/_local/";

  private final World world;
  private final Regions regions;
  private final Faults faults;
  private final CallLog calls;
  private final Scripts scripts;
  private final SimulatedInstances instances;
  private final ObjectMapper mapper = new ObjectMapper();

  public LocalRoutes(
      World world,
      Regions regions,
      Faults faults,
      CallLog calls,
      Scripts scripts,
      SimulatedInstances instances) {
    this.world = world;
    this.regions = regions;
    this.faults = faults;
    this.calls = calls;
    this.scripts = scripts;
    this.instances = instances;
  }

  void serve(HttpExchange exchange) throws IOException {
    String route =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().getPath().substring(PREFIX.length());
    try {
      JsonNode body = mapper.readTree(exchange.getRequestBody().readAllBytes());
      send(exchange, 200, answer(route, body));
    } catch (NoSuchRouteException e) {
      send(exchange, 404, error("There is no " + route + " here."));
    } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
      send(exchange, 400, error(e.getMessage()));
    } catch (JacksonException e) {
      send(exchange, 400, error(e.getOriginalMessage()));
    }
  }

  private JsonNode answer(String route, JsonNode body) {
    return switch (route) {
      case "GET calls" -> {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        calls.all().forEach(call -> list.add(call.toJson()));
        yield object().set("calls", list);
      }
      case "POST reset" -> {
        reset();
        yield object();
      }
      case "GET faults" -> {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        faults.rules().forEach(rule -> list.add(FaultJson.write(rule)));
        yield object().set("faults", list);
      }
      case "POST faults" -> {
        faults.add(FaultJson.read(body));
        yield object();
      }
      case "DELETE faults" -> {
        faults.clear();
        yield object();
      }
      case "GET scripts" -> {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        scripts.all().forEach((image, script) -> list.add(ScriptJson.write(image, script)));
        yield object().set("scripts", list);
      }
      case "POST scripts" -> {
        scripts.forImage(ScriptJson.image(body), ScriptJson.read(body));
        yield object();
      }
      case "DELETE scripts" -> {
        scripts.clear();
        yield object();
      }
      case "POST instances" -> instances.add(body);
      case "POST instances/agent" -> instances.connect(body);
      case "GET clock" -> object().put("now", world.call(world::now).toString());
      case "POST clock/advance" -> {
        world.advance(Duration.parse(body.path("by").asText()));
        yield object().put("now", world.call(world::now).toString());
      }
      default -> throw new NoSuchRouteException();
    };
  }

  /** Empties the world, the call log and the scripts; faults go back to the start; time goes on. */
  public void reset() {
    world.run(regions::clear);
    faults.clear();
    calls.clear();
    scripts.clear();
  }

  private void send(HttpExchange exchange, int status, JsonNode json) throws IOException {
    byte[] bytes = mapper.writeValueAsBytes(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static ObjectNode error(String message) {
    return object().put("message", message);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static final class NoSuchRouteException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
