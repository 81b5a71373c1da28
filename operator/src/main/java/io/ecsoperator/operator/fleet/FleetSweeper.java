package io.ecsoperator.operator.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.Paginator;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ECS into the copy, one call after another, in rounds. The client's quota bounds the rate. A
 * list that could not be read in full removes nothing.
 */
public final class FleetSweeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FleetSweeper.class);

  private static final CallContext LAST = CallContext.of(Priority.CLEANUP);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** The body of a revision never changes, only its status and tags. */
  private static final Duration DEFINITION_STALE = Duration.ofHours(1);

  /** Revisions are described one by one, so that a round reads only some. */
  private static final int MOST_DEFINITIONS = 100;

  private static final EcsMember STATUS = EcsType.of("Cluster").member("status");
  private static final EcsMember SERVICE_DEFINITION =
      EcsType.of("Service").member("taskDefinition");
  private static final EcsMember TASK_DEFINITION = EcsType.of("Task").member("taskDefinitionArn");

  /**
   * What to read.
   *
   * @param arns of the resources that objects have in ECS; their clusters are read
   * @param allClusters whether to read the other clusters of the account too
   */
  public record Scope(Supplier<Stream<String>> arns, boolean allClusters) {}

  private final Ecs ecs;
  private final Fleet fleet;
  private final Scope scope;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Duration interval;

  /** Also of revisions that ECS does not know, so that they keep no other from being read. */
  private final Map<String, Instant> definitionsAskedAt = new HashMap<>();

  private volatile boolean running;

  /**
   * @param ecs whose quota bounds how much is read
   * @param interval of the rounds, if one takes no longer
   */
  public FleetSweeper(
      Ecs ecs, Fleet fleet, Scope scope, Clock clock, Scheduler scheduler, Duration interval) {
    this.ecs = ecs;
    this.fleet = fleet;
    this.scope = scope;
    this.clock = clock;
    this.scheduler = scheduler;
    this.interval = interval;
  }

  public void start() {
    running = true;
    scheduler.after(Duration.ZERO, this::run);
  }

  @Override
  public void close() {
    running = false;
  }

  private void run() {
    if (!running) {
      return;
    }
    Instant begun = clock.instant();
    try {
      new Round().read();
    } catch (RuntimeException e) {
      if (!running) {
        return;
      }
      log.error("Unexpected error while reading the copy of ECS", e);
    }
    Duration left = Duration.between(clock.instant(), begun.plus(interval));
    scheduler.after(left.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : left, this::run);
  }

  /** One reading of everything. */
  private final class Round {
    private final List<Arn> known =
        scope
            .arns()
            .get()
            .flatMap(arn -> Arn.parse(arn).stream())
            .filter(arn -> arn.region().equals(ecs.region()))
            .toList();
    private final Set<FleetType> failed = EnumSet.noneOf(FleetType.class);

    void read() {
      Set<String> clusters = new TreeSet<>(clustersOfObjects());
      if (scope.allClusters()) {
        attempt(
            FleetType.CLUSTER,
            () ->
                FleetType.CLUSTER.lists().stream()
                    .flatMap(list -> list(list).stream())
                    .map(Arn::nameOf)
                    .forEach(clusters::add));
      }
      if (!failed.contains(FleetType.CLUSTER)) {
        attempt(FleetType.CLUSTER, () -> readClusters(clusters));
      }
      if (!failed.contains(FleetType.CLUSTER)) {
        Set<String> active =
            fleet.all(FleetType.CLUSTER).stream()
                .filter(cluster -> !STATUS.text(fleet.tree(cluster)).equals("INACTIVE"))
                .map(FleetResource::cluster)
                .collect(Collectors.toCollection(TreeSet::new));
        Stream.of(FleetType.SERVICE, FleetType.CONTAINER_INSTANCE, FleetType.TASK)
            .forEach(type -> readInClusters(type, active));
      }
      readDefinitions();
    }

    private Set<String> clustersOfObjects() {
      return known.stream()
          .flatMap(
              arn ->
                  switch (FleetType.ofArnType(arn.resourceType()).orElse(null)) {
                    case CLUSTER -> Stream.of(arn.name());
                    case SERVICE, TASK, CONTAINER_INSTANCE ->
                        arn.path().size() > 1 ? Stream.of(arn.path().getFirst()) : Stream.empty();
                    case TASK_DEFINITION -> Stream.<String>empty();
                    case null -> Stream.<String>empty();
                  })
          .collect(Collectors.toSet());
    }

    private void readClusters(Set<String> clusters) {
      Set<String> there = describe(FleetType.CLUSTER, "", clusters);
      fleet.removeIf(FleetType.CLUSTER, cluster -> !there.contains(cluster.arn()));
      fleet.readAll(FleetType.CLUSTER);
    }

    private void readInClusters(FleetType type, Set<String> clusters) {
      fleet.removeIf(type, resource -> !clusters.contains(resource.cluster()));
      for (String cluster : clusters) {
        attempt(
            type,
            () -> {
              List<String> listed =
                  type.lists().stream()
                      .flatMap(list -> list(list.where("cluster", cluster)).stream())
                      .distinct()
                      .toList();
              Set<String> there = describe(type, cluster, listed);
              fleet.removeIf(
                  type,
                  resource ->
                      resource.cluster().equals(cluster) && !there.contains(resource.arn()));
            });
      }
      if (!failed.contains(type)) {
        fleet.readAll(type);
      }
    }

    private void readDefinitions() {
      Set<String> used = definitionsInUse();
      fleet.removeIf(FleetType.TASK_DEFINITION, definition -> !used.contains(definition.arn()));
      definitionsAskedAt.keySet().retainAll(used);
      Instant stale = clock.instant().minus(DEFINITION_STALE);
      Comparator<String> oldestFirst = Comparator.comparing(this::definitionReadAt);
      List<String> due =
          used.stream()
              .filter(arn -> definitionReadAt(arn).isBefore(stale))
              .sorted(oldestFirst)
              .toList();
      for (String arn : due.stream().limit(MOST_DEFINITIONS).toList()) {
        attempt(
            FleetType.TASK_DEFINITION, () -> describe(FleetType.TASK_DEFINITION, "", List.of(arn)));
        if (!failed.contains(FleetType.TASK_DEFINITION)) {
          definitionsAskedAt.put(arn, clock.instant());
        }
      }
      if (due.size() <= MOST_DEFINITIONS && !failed.contains(FleetType.TASK_DEFINITION)) {
        fleet.readAll(FleetType.TASK_DEFINITION);
      }
    }

    private Instant definitionReadAt(String arn) {
      return definitionsAskedAt.getOrDefault(arn, Instant.MIN);
    }

    private Set<String> definitionsInUse() {
      Stream<String> ofObjects =
          known.stream()
              .filter(arn -> arn.resourceType().equals(FleetType.TASK_DEFINITION.arnType()))
              .map(Arn::toString);
      Stream<String> ofServices =
          fleet.all(FleetType.SERVICE).stream().map(fleet::tree).map(SERVICE_DEFINITION::text);
      Stream<String> ofTasks =
          fleet.all(FleetType.TASK).stream().map(fleet::tree).map(TASK_DEFINITION::text);
      return Stream.of(ofObjects, ofServices, ofTasks)
          .flatMap(arns -> arns)
          .filter(arn -> Arn.parse(arn).isPresent())
          .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> list(ListQuery query) {
      return new Paginator(query).all(this::call);
    }

    /** Describes resources, and returns the ARNs of those that ECS knows. */
    private Set<String> describe(FleetType type, String cluster, Collection<String> ids) {
      Set<String> there = new TreeSet<>();
      List<String> all = List.copyOf(ids);
      int limit = type.describe().limit();
      for (int from = 0; from < all.size(); from += limit) {
        List<String> some = all.subList(from, Math.min(from + limit, all.size()));
        Instant begun = clock.instant();
        for (ObjectNode described : described(type.describe(), cluster, some)) {
          String arn = type.arn().text(described);
          if (there.add(arn)) {
            fleet.put(
                type,
                type == FleetType.CLUSTER ? Arn.nameOf(arn) : cluster,
                type.describe().kept().shorten(described),
                begun);
          }
        }
      }
      return there;
    }

    private List<ObjectNode> described(Describe describe, String cluster, List<String> ids) {
      ObjectNode answer = call(describe.operation(), describe.request(cluster, ids));
      if (!describe.isAnswer(answer)) {
        throw AwsFailure.of(
            describe.operation(),
            FailureClass.TRANSIENT,
            "NoAnswer",
            "The answer describes nothing.");
      }
      return List.copyOf(describe.found(ids.getFirst(), answer).values());
    }

    private ObjectNode call(String operation, ObjectNode request) {
      if (!running) {
        throw new CancellationException("the operator stops");
      }
      return ecs.read(operation, request, LAST).tree();
    }

    private void attempt(FleetType type, Runnable read) {
      try {
        read.run();
      } catch (AwsFailure why) {
        if (why.failureClass() == FailureClass.NOT_FOUND) {
          // It went between two calls; the next round does not have it.
          return;
        }
        failed.add(type);
        boolean isKnown = Optional.of(why.code()).equals(fleet.failure(type).map(AwsFailure::code));
        fleet.failed(type, why);
        if (!isKnown) {
          log.info("The copy of ECS for queries is not up to date: {}", why.message());
        }
      }
    }
  }
}
