package io.ecsoperator.operator.simulation;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.controlplane.model.ApiRequest;
import io.ecsoperator.controlplane.model.ApiResponse;
import io.ecsoperator.controlplane.model.ApiServerModel;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The operator, a model of the API server and local-ecs, in one thread and in virtual time. A
 * scenario always gives the same run.
 */
final class Simulation {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Reasons for which an object waits for its own tasks in ECS. */
  private static final Set<String> UNDER_WAY = Set.of("RollingOut", "Running");

  /** How long tasks of ECS, or the deletion of everything, may take. */
  private static final Duration PATIENCE = Duration.ofMinutes(7);

  private static final Duration QUIET = Duration.ofSeconds(130);
  private static final Pattern ECS_WRITE =
      Pattern.compile(" replica-[0-9]+ (Register|Create|Update|Delete)[A-Za-z]+ ");
  private static final String GROUP = EcsResource.GROUP + "/" + EcsResource.VERSION;

  /** A run that went wrong. */
  static final class Failed extends AssertionError {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  private final Scenario scenario;
  private final SimulatedThreads threads;
  private final EcsWorld ecs;
  private final Faults faults;
  private final SimulatedApiServer apiServer;
  private final EventLog log;
  private final SimulatedReplica.Surroundings surroundings;
  private final Random random;
  private final List<SimulatedReplica> replicas = new ArrayList<>();

  /** What Git has. */
  private final Map<String, Step.Apply> wanted = new TreeMap<>();

  /** How often people have changed the spec of a task definition, by its name. */
  private final Map<String, Integer> changes = new TreeMap<>();

  private Optional<ApiServerModel.Backup> backup = Optional.empty();
  private int processes;

  Simulation(Scenario scenario, EcsWorld ecs, KubernetesSerialization serialization) {
    this.scenario = scenario;
    this.ecs = ecs;
    this.threads = new SimulatedThreads(new Random(scenario.seed()));
    this.random = new Random(scenario.seed() + 1);
    this.faults = new Faults(new Random(scenario.seed() + 2), scenario.rates());
    this.log = new EventLog(threads);
    this.apiServer = new SimulatedApiServer(threads);
    this.surroundings =
        new SimulatedReplica.Surroundings(threads, apiServer, ecs, faults, serialization, log);
  }

  List<String> log() {
    return log.lines();
  }

  void run() {
    begin();
    runFor(scenario.length());
    converge();
    deleteAll();
  }

  /** Specs change while ECS does not answer. */
  void runOutage(Duration length, List<Step.Apply> changes) {
    begin();
    runFor(scenario.length());
    converge();

    log.add("ECS is away");
    faults.away(true);
    for (Step.Apply change : changes) {
      runFor(length.dividedBy(changes.size()));
      carryOut(change);
    }
    runFor(SECOND.multipliedBy(2));
    int before = log.lines().size();
    log.add("ECS is back");
    faults.away(false);
    runFor(SECOND.multipliedBy(10));
    EcsChecks checks = new EcsChecks(ecs);
    checks.converged(wanted.values(), Set.of());
    List<String> writes =
        log.lines().subList(before, log.lines().size()).stream()
            .filter(line -> ECS_WRITE.matcher(line).find())
            .toList();
    long changed = changes.stream().map(Step.Apply::object).distinct().count();
    if (writes.size() != changed) {
      throw new Failed(
          "%d objects changed, and ECS got these writes:%n%s"
              .formatted(changed, String.join("\n", writes)));
    }
    deleteAll();
  }

  /** All objects are deleted at once and applied again as they go, in each order of their kinds. */
  void runOrders() {
    begin();
    runFor(scenario.length());
    converge();
    List<ObjectKey> objects = wanted.values().stream().map(Step.Apply::object).toList();
    for (List<String> order : orders(objects.stream().map(ObjectKey::kind).distinct().toList())) {
      log.add("%s", order);
      order.forEach(
          kind ->
              objects.stream()
                  .filter(object -> object.kind().equals(kind))
                  .forEach(object -> carryOut(new Step.Delete(object, true))));
      await("every object is back", SECOND.multipliedBy(60), this::isCarriedOut);
      await("every object is Ready", PATIENCE, this::isConverged);
      new EcsChecks(ecs).converged(wanted.values(), Set.of());
    }
    new EcsChecks(ecs).notDoubled(changes);
    deleteAll();
  }

  private static List<List<String>> orders(List<String> kinds) {
    if (kinds.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> orders = new ArrayList<>();
    for (String first : kinds) {
      List<String> others = kinds.stream().filter(kind -> !kind.equals(first)).toList();
      orders(others)
          .forEach(rest -> orders.add(Stream.concat(Stream.of(first), rest.stream()).toList()));
    }
    return orders;
  }

  private void begin() {
    ecs.begin(scenario.seed(), threads);
    ecs.setLag(scenario.rates().ecsLag());
    ecs.script(Scenario.JOB_IMAGE, ContainerScript.ends(Duration.ofSeconds(20), 0));
    for (int i = 0; i < scenario.replicas(); i++) {
      startReplica();
    }
    scenario.steps().forEach(timed -> threads.after(timed.at(), () -> carryOut(timed.step())));
    threads.after(SECOND, this::sync);
  }

  /** Ends all faults; from then on everything has to be right within a limited time. */
  private void converge() {
    log.add("faults end");
    faults.end();
    ecs.setLag(Duration.ZERO);
    await("every object is final, or ECS is at it", scenario.patience(), this::isCarriedOut);
    await("every object is as Git says", PATIENCE, this::isConverged);

    if (!stalled().isEmpty()) {
      // What ECS does meanwhile with a service that needs a user's action is reported still.
      runFor(QUIET);
    }
    int before = log.lines().size();
    runFor(QUIET);
    if (log.lines().size() != before) {
      throw new Failed("Writes after everything had converged");
    }
    if (log.lines().stream().anyMatch(line -> line.contains(SimulatedReplica.UNREADABLE))) {
      throw new Failed("An object cannot be read");
    }
    if (log.lines().stream()
        .anyMatch(
            line -> line.contains("Service {") && line.contains("/" + Scenario.FOREIGN + ":"))) {
      throw new Failed("A service follows a status that another has written");
    }
    EcsChecks checks = new EcsChecks(ecs);
    checks.converged(wanted.values(), stalled());
    checks.notDoubled(changes);
  }

  private void deleteAll() {
    log.add("everything is deleted");
    wanted.clear();
    await("every object is gone", PATIENCE, () -> objects().isEmpty());
    new EcsChecks(ecs).empty();
  }

  private void runFor(Duration time) {
    threads.runUntil(threads.instant().plus(time));
  }

  private void await(String what, Duration patience, BooleanSupplier condition) {
    for (Duration waited = Duration.ZERO;
        waited.compareTo(patience) < 0;
        waited = waited.plus(SECOND)) {
      if (condition.getAsBoolean()) {
        return;
      }
      runFor(SECOND);
    }
    String states =
        objects().stream()
            .filter(object -> isDeleting(object) || !isFinal(object))
            .map(Simulation::described)
            .collect(joining("\n  ", "\n  ", ""));
    throw new Failed("Not within " + patience.toSeconds() + " s: " + what + states);
  }

  private static String described(JsonNode object) {
    return name(object)
        + (isDeleting(object) ? " is being deleted: " : ": ")
        + object
            .at("/status/conditions")
            .valueStream()
            .filter(condition -> condition.path("status").asText().equals("True"))
            .map(
                condition ->
                    condition.path("type").asText() + " " + condition.path("message").asText())
            .collect(joining("; "));
  }

  private void startReplica() {
    processes++;
    String name = "replica-" + processes;
    log.add("%s starts", name);
    replicas.removeIf(replica -> !replica.isAlive());
    replicas.add(
        new SimulatedReplica(
            surroundings,
            name,
            scenario.seed() + processes,
            () ->
                threads.after(Duration.ofMillis(500 + random.nextInt(8000)), this::startReplica)));
  }

  // Git

  private boolean isConverged() {
    return isAsWanted(Simulation::isFinal);
  }

  /** Nothing is left for the operator to do: what is not final only takes its time in ECS. */
  private boolean isCarriedOut() {
    return isAsWanted(object -> isFinal(object) || isUnderWayInEcs(object));
  }

  private boolean isAsWanted(Predicate<ObjectNode> condition) {
    List<ObjectNode> objects = objects();
    return replicas.stream().anyMatch(SimulatedReplica::leads)
        && objects.stream()
            .allMatch(
                object ->
                    !isDeleting(object)
                        && (wanted.containsKey(name(object)) || isOwned(object))
                        && condition.test(object))
        && wanted.keySet().stream()
            .allMatch(key -> objects.stream().anyMatch(object -> name(object).equals(key)));
  }

  private static boolean isFinal(ObjectNode object) {
    JsonNode status = object.path("status");
    return status.path("observedGeneration").asLong() == object.at("/metadata/generation").asLong()
        && (condition(status, "Ready") || condition(status, "Stalled"))
        && !condition(status, "Reconciling");
  }

  private static boolean isUnderWayInEcs(ObjectNode object) {
    JsonNode status = object.path("status");
    return status.path("observedGeneration").asLong() == object.at("/metadata/generation").asLong()
        && status
            .path("conditions")
            .valueStream()
            .anyMatch(
                condition ->
                    condition.path("type").asText().equals("Reconciling")
                        && (UNDER_WAY.contains(condition.path("reason").asText())
                            || !status.path("taskArns").isEmpty()));
  }

  private Set<String> stalled() {
    return objects().stream()
        .filter(object -> condition(object.path("status"), "Stalled"))
        .map(Simulation::name)
        .collect(toSet());
  }

  private static boolean condition(JsonNode status, String type) {
    return status
        .path("conditions")
        .valueStream()
        .anyMatch(
            condition ->
                condition.path("type").asText().equals(type)
                    && condition.path("status").asText().equals("True"));
  }

  private List<ObjectNode> objects() {
    return List.of(
            "ecsclusters", "ecstaskdefinitions", "ecsservices", "ecstasks", "ecscapacityproviders")
        .stream()
        .flatMap(plural -> apiServer.model().list(GROUP + "/" + plural).stream())
        .toList();
  }

  private static String name(JsonNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }

  private static boolean isDeleting(JsonNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  private static boolean isOwned(JsonNode object) {
    return object.path("metadata").has("ownerReferences");
  }

  /** Makes the objects as Git has them, as Argo CD does. */
  private void sync() {
    Map<String, ObjectNode> present = new TreeMap<>();
    objects().forEach(object -> present.put(name(object), object));
    wanted.forEach(
        (name, apply) -> {
          ObjectNode object = present.get(name);
          if (object == null) {
            create(apply);
          } else if (!isDeleting(object) && !object.path("spec").equals(apply.spec())) {
            replaceSpec(object, apply);
          }
        });
    present.forEach(
        (name, object) -> {
          if (!wanted.containsKey(name) && !isDeleting(object) && !isOwned(object)) {
            delete(object);
          }
        });
    threads.after(SECOND, this::sync);
  }

  private void create(Step.Apply apply) {
    changed(apply.object());
    ObjectNode object =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", GROUP)
            .put("kind", apply.object().kind());
    object.putObject("metadata").put("name", apply.object().name());
    object.set("spec", apply.spec());
    request("POST", path(apply.object().kind(), ""), "application/json", object.toString());
  }

  private void changed(ObjectKey key) {
    if (key.kind().equals("EcsTaskDefinition")) {
      changes.merge(key.name(), 1, Integer::sum);
    }
  }

  private void replaceSpec(ObjectNode object, Step.Apply apply) {
    changed(apply.object());
    ObjectNode now = object.deepCopy();
    now.set("spec", apply.spec());
    request("PUT", path(object), "application/json", now.toString());
  }

  private void delete(JsonNode object) {
    request("DELETE", path(object), "application/json", "");
  }

  private static String path(JsonNode object) {
    return path(object.path("kind").asText(), object.at("/metadata/name").asText());
  }

  private static String path(String kind, String name) {
    return String.join(
            "/",
            "apis",
            GROUP,
            "namespaces",
            Scenario.NAMESPACE,
            kind.toLowerCase(Locale.ROOT) + "s")
        + (name.isEmpty() ? "" : "/" + name);
  }

  private ApiResponse request(String method, String path, String type, String body) {
    ApiResponse response =
        apiServer.handle(new ApiRequest(method, List.of(path.split("/")), Map.of(), type, body));
    log.add("user %s %s %s: %s", method, path, body, response.code());
    return response;
  }

  // Steps

  private void carryOut(Step step) {
    log.add("%s", step);
    switch (step) {
      case Step.Apply apply ->
          wanted.put(apply.object().kind() + "/" + apply.object().name(), apply);
      case Step.Delete(ObjectKey key, boolean again) -> {
        Optional<ObjectNode> object = find(key);
        // What would stay in ECS with nobody who owns it stays in Git too.
        if (object.filter(Simulation::isLeftInEcs).isEmpty()) {
          object.filter(present -> !isDeleting(present)).ifPresent(this::delete);
          if (!again) {
            wanted.remove(keyName(key));
          }
        }
      }
      case Step.DeleteWithUsers(ObjectKey key) -> {
        List<ObjectNode> together =
            objects().stream()
                .filter(object -> name(object).equals(keyName(key)) || uses(object, key))
                .toList();
        if (together.stream().noneMatch(Simulation::isLeftInEcs)) {
          together.stream().filter(object -> !isDeleting(object)).forEach(this::delete);
        }
      }
      case Step.DeleteAll() ->
          objects().stream().filter(object -> !isDeleting(object)).forEach(this::delete);
      case Step.Annotate(ObjectKey key, String name, Optional<String> value) ->
          find(key).ifPresent(object -> annotate(object, name, value));
      case Step.WipeStatus(ObjectKey key) -> find(key).ifPresent(this::wipeStatus);
      case Step.EditStatus(ObjectKey key) -> find(key).ifPresent(this::editStatus);
      case Step.CutWatches() -> apiServer.cutWatches();
      case Step.Compact() -> {
        apiServer.model().compact();
        apiServer.cutWatches();
      }
      case Step.Kill() ->
          List.copyOf(replicas).stream()
              .filter(SimulatedReplica::isAlive)
              .findFirst()
              .ifPresent(replica -> replica.kill("by a step"));
      case Step.Outage(Duration length) -> {
        faults.away(true);
        threads.after(length, () -> faults.away(false));
      }
      case Step.Backup() -> backup = Optional.of(apiServer.model().backup());
      case Step.Restore() ->
          backup.ifPresent(
              copy -> {
                apiServer.restore(copy);
                // The older specs are changes too.
                wanted.values().forEach(apply -> changed(apply.object()));
              });
      case Step.Meddle(String operation, String request) -> meddle(operation, request);
    }
  }

  private Optional<ObjectNode> find(ObjectKey key) {
    return objects().stream().filter(object -> name(object).equals(keyName(key))).findFirst();
  }

  private static String keyName(ObjectKey key) {
    return key.kind() + "/" + key.name();
  }

  /** Whether the deletion of an object would leave its resource in ECS, where it uses others. */
  private static boolean isLeftInEcs(ObjectNode object) {
    return object.at("/metadata/finalizers").isEmpty()
        || object.path("spec").has("managementPolicy")
        || object.at("/spec/deletionPolicy").asText().equals("Retain");
  }

  /** Whether an object refers to another one, now or in ECS still. */
  private static boolean uses(ObjectNode object, ObjectKey key) {
    String name = key.name();
    String field = key.kind().equals("EcsCluster") ? "clusterRef" : "taskDefinitionRef";
    String status = object.path("status").toString();
    return object.at("/spec/" + field + "/name").asText().equals(name)
        || status.contains("/" + name + "/")
        || status.contains(":task-definition/" + name + ":");
  }

  /** What is left is the default of the schema. */
  private void wipeStatus(ObjectNode object) {
    ObjectNode without = object.deepCopy();
    without.putObject("status").put("observedGeneration", -1);
    request("PUT", path(object) + "/status", "application/json", without.toString());
  }

  private void annotate(ObjectNode object, String name, Optional<String> value) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.withObject("/metadata/annotations").put("ecs-operator.io/" + name, value.orElse(null));
    request("PATCH", path(object), "application/merge-patch+json", patch.toString());
  }

  private void editStatus(ObjectNode object) {
    request(
        "PATCH",
        path(object) + "/status",
        "application/merge-patch+json",
        "{\"status\":{\"arn\":\"arn:aws:ecs:us-east-1:123456789012:task-definition/%s:1\"}}"
            .formatted(Scenario.FOREIGN));
  }

  private void meddle(String operation, String request) {
    try {
      ecs.write(operation, Trees.tree(request), CallContext.of(Priority.CHANGE), EcsFault.NONE);
    } catch (AwsFailure refused) {
      log.add("refused: %s", refused.code());
    }
  }
}
