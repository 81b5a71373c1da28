package io.ecsoperator.operator.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetResource;
import io.ecsoperator.operator.fleet.FleetType;
import io.ecsoperator.operator.http.ApiServer;
import io.ecsoperator.operator.http.ApiServer.Request;
import io.ecsoperator.operator.http.ApiServer.Response;
import io.ecsoperator.operator.http.Problem;
import io.ecsoperator.operator.query.Reviews.User;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The resources of the query API. */
public final class QueryApi implements ApiServer.Handler {
  private static final String ROOT = "/v1/";
  private static final String RESOURCES = ROOT + "resources/";
  private static final String PLACEMENTS = ROOT + "placements";
  private static final String STREAM = ROOT + "stream";
  private static final String JSON = "application/json";

  private static final int ITEMS = 100;
  private static final int MOST_ITEMS = 500;

  /** A page ends with the description that exceeds it. */
  private static final int BYTES_OF_A_PAGE = 1024 * 1024;

  /** Requests that unpack descriptions at the same time; each takes some megabytes. */
  private static final int MOST_AT_ONCE = 2;

  private static final int LONGEST_WAIT_SECONDS = 5;

  /** What selects a part of the answer, and not the resources. */
  private static final Set<String> OF_PAGES = Set.of("limit", "nextToken", "fields", "query");

  private final Fleet fleet;
  private final Owners owners;
  private final Reviews reviews;
  private final QueryMetrics metrics;
  private final Placements placements;
  private final Streams streams;
  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
  private final ObjectMapper json = new ObjectMapper();
  private final byte[] openApi = openApi();

  QueryApi(Fleet fleet, Owners owners, Reviews reviews, Streams streams, QueryMetrics metrics) {
    this.fleet = fleet;
    this.owners = owners;
    this.reviews = reviews;
    this.metrics = metrics;
    this.placements = new Placements(fleet);
    this.streams = streams;
  }

  @Override
  public Response handle(Request request) throws InterruptedException {
    return metrics.measured(
        request,
        () -> {
          if (request.path().equals(ROOT + "openapi.json")) {
            requireGet(request);
            return new Response.Whole(200, JSON, Map.of(), openApi);
          }
          return respond(request, viewer(request));
        });
  }

  private Viewer viewer(Request request) {
    User user =
        request
            .token()
            .flatMap(reviews::authenticate)
            .orElseThrow(
                () ->
                    Problem.of(
                            401, "Send a token of Kubernetes in the header Authorization: Bearer.")
                        .with("WWW-Authenticate", "Bearer"));
    return new Viewer(reviews, user);
  }

  private Response respond(Request request, Viewer viewer) throws InterruptedException {
    Optional<FleetType> type =
        Arrays.stream(FleetType.values())
            .filter(one -> request.path().equals(ROOT + one.plural()))
            .findFirst();
    boolean places = request.path().equals(PLACEMENTS);
    if (request.path().equals(STREAM)) {
      requireGet(request);
      return streams.stream(request, viewer, () -> viewer(request));
    }
    if (type.isEmpty() && !places && !request.path().startsWith(RESOURCES)) {
      throw Problem.of(404, "There is no such resource; /v1/openapi.json has the list.");
    }
    if (!places) {
      requireGet(request);
    } else if (!request.method().equals("POST")) {
      throw Problem.of(405, "Only POST is possible here.").with("Allow", "POST");
    }
    if (!atOnce.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw Problem.of(503, "Too many requests at once.").with("Retry-After", "1");
    }
    try {
      if (places) {
        return placement(request, viewer);
      }
      return type.isPresent()
          ? list(type.get(), request, viewer)
          : one(arn(request), request, viewer);
    } finally {
      atOnce.release();
    }
  }

  /** A plus in a path stands for itself. */
  private static String arn(Request request) {
    return Parameters.decoded(request.path().substring(RESOURCES.length()).replace("+", "%2B"));
  }

  private Response list(FleetType type, Request request, Viewer viewer) {
    Set<String> allowed = new HashSet<>(Filter.names(type));
    allowed.addAll(OF_PAGES);
    Parameters parameters = new Parameters(request.query(), allowed, Set.of("tag"));
    Filter filter = new Filter(type, parameters);
    int limit = parameters.number("limit", ITEMS, 1, MOST_ITEMS);
    String question = type + parameters.textWithout(OF_PAGES);
    String after =
        parameters.get("nextToken").map(text -> PageToken.of(text, question).afterArn()).orElse("");

    boolean all = viewer.seesAll(type);
    if (!all && filter.namespace().filter(name -> viewer.seesSome(type, name)).isEmpty()) {
      requireSome(type, filter, viewer);
    }
    requireComplete(type);

    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("revision", fleet.changes().revision());
    ArrayNode items = answer.putArray(type.listMember());
    String last = "";
    int bytes = 0;
    for (FleetResource resource : fleet.after(type, after)) {
      if (!filter.maySelect(resource)) {
        continue;
      }
      Optional<ObjectKey> owner = owners.of(resource);
      if (!filter.selects(owner) || !all && owner.filter(viewer::sees).isEmpty()) {
        continue;
      }
      ObjectNode tree = fleet.tree(resource);
      if (!filter.selects(tree)) {
        continue;
      }
      if (items.size() == limit || bytes > BYTES_OF_A_PAGE) {
        answer.put("nextToken", new PageToken(question, last).text());
        break;
      }
      items.add(Shown.of(resource, tree, owner));
      last = resource.arn();
      bytes += resource.packed().length;
    }
    Optional<String> next = Optional.ofNullable(answer.path("nextToken").textValue());
    parameters.get("fields").map(Fields::of).ifPresent(fields -> items.forEach(fields::select));
    JsonNode result =
        parameters
            .get("query")
            .map(expression -> BoundedJmesPath.evaluate(expression, answer))
            .orElse(answer);
    Map<String, String> headers = new HashMap<>();
    next.ifPresent(token -> headers.put("Next-Token", token));
    return ok(result, headers);
  }

  /** A user who sees no namespace at all learns nothing, not even that there is nothing. */
  private void requireSome(FleetType type, Filter filter, Viewer viewer) {
    boolean sees =
        filter.namespace().isEmpty()
            && fleet.all(type).stream()
                .flatMap(resource -> owners.of(resource).stream())
                .takeWhile(viewer::canCheck)
                .anyMatch(viewer::sees);
    if (!sees) {
      throw forbidden();
    }
  }

  private Response one(String arn, Request request, Viewer viewer) {
    Parameters parameters = new Parameters(request.query(), Set.of("fields", "query"), Set.of());
    FleetType type =
        Arn.parse(arn)
            .flatMap(parsed -> FleetType.ofArnType(parsed.resourceType()))
            .orElseThrow(() -> Problem.of(400, "Not an ARN of a resource that the query API has."));
    Optional<FleetResource> resource = fleet.find(type, arn);
    Optional<ObjectKey> owner = resource.flatMap(owners::of);
    if (!viewer.seesAll(type) && owner.filter(viewer::seesAlone).isEmpty()) {
      throw forbidden();
    }
    if (resource.isEmpty()) {
      requireComplete(type);
      throw Problem.of(404, "ECS does not have this resource, or it is not in a cluster of ours.");
    }
    ObjectNode item = Shown.of(resource.get(), fleet.tree(resource.get()), owner);
    parameters.get("fields").map(Fields::of).ifPresent(fields -> fields.select(item));
    return ok(
        parameters
            .get("query")
            .map(expression -> BoundedJmesPath.evaluate(expression, item))
            .orElse(item),
        Map.of());
  }

  private Response placement(Request request, Viewer viewer) {
    new Parameters(request.query(), Set.of(), Set.of());
    if (!viewer.seesAll(FleetType.CONTAINER_INSTANCE)) {
      throw forbidden();
    }
    List.of(FleetType.CONTAINER_INSTANCE, FleetType.TASK).forEach(this::requireComplete);
    boolean all = viewer.seesAll(FleetType.TASK_DEFINITION);
    return ok(
        placements.answer(
            request.body(),
            definition -> all || owners.of(definition).filter(viewer::sees).isPresent()),
        Map.of());
  }

  private static Problem forbidden() {
    return Problem.of(
        403,
        "You may not list the objects that own such resources. Name a namespace in which you may,"
            + " by the parameter namespace.");
  }

  private void requireComplete(FleetType type) {
    if (!fleet.isComplete(type)) {
      throw Problem.of(
              503,
              fleet
                  .failure(type)
                  .map(AwsFailure::code)
                  .map(code -> "ECS cannot be read: " + code)
                  .orElse("ECS was not read completely yet."))
          .with("Retry-After", "10");
    }
  }

  private Response ok(JsonNode body, Map<String, String> headers) {
    try {
      return new Response.Whole(200, JSON, headers, json.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireGet(Request request) {
    if (!Set.of("GET", "HEAD").contains(request.method())) {
      throw Problem.of(405, "Only GET is possible here.").with("Allow", "GET, HEAD");
    }
  }

  private static byte[] openApi() {
    try (InputStream in = QueryApi.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
