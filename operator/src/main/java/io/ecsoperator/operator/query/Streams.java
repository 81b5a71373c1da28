package io.ecsoperator.operator.query;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetChanges.Change;
import io.ecsoperator.operator.fleet.FleetChanges.Kind;
import io.ecsoperator.operator.fleet.FleetChanges.Next;
import io.ecsoperator.operator.fleet.FleetResource;
import io.ecsoperator.operator.fleet.FleetType;
import io.ecsoperator.operator.http.ApiServer;
import io.ecsoperator.operator.http.ApiServer.Request;
import io.ecsoperator.operator.http.ApiServer.Response;
import io.ecsoperator.operator.http.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Changes of the copy as server-sent events, in the order of their revisions. A stream keeps only
 * the revision that its client has, so a slow client costs a connection and the changes that are
 * written to it; one that takes nothing is dropped.
 */
final class Streams {
  private static final int MOST_STREAMS = 256;
  private static final int MOST_AT_ONCE = 100;
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration RIGHTS_COUNT = Duration.ofSeconds(30);

  private final Fleet fleet;
  private final Owners owners;
  private final Clock clock;
  private final Semaphore free = new Semaphore(MOST_STREAMS);

  Streams(Fleet fleet, Owners owners, Clock clock) {
    this.fleet = fleet;
    this.owners = owners;
    this.clock = clock;
  }

  /** What a client wants to see. */
  private record Wanted(Set<FleetType> types, Optional<String> namespace) {}

  /**
   * @param again authenticates the client again, while the stream goes on
   */
  Response stream(Request request, Viewer viewer, Supplier<Viewer> again) {
    Parameters parameters =
        new Parameters(request.query(), Set.of("types", "namespace", "revision"), Set.of());
    Wanted wanted = new Wanted(types(parameters), parameters.get("namespace"));
    requireSome(wanted, viewer);
    long revision =
        Optional.ofNullable(request.headers().get("Last-Event-ID"))
            .or(() -> parameters.get("revision"))
            .map(Streams::revision)
            .orElseGet(fleet.changes()::revision);
    requireKept(revision);
    return new Response.Stream(
        200,
        "text/event-stream",
        Map.of(),
        out -> {
          if (!free.tryAcquire()) {
            write(out, event("busy", revision, JsonNodeFactory.instance.objectNode()));
            return;
          }
          try {
            write(out, wanted, revision, viewer, again);
          } catch (Problem gone) {
            // The client may no longer see anything.
          } finally {
            free.release();
          }
        });
  }

  private static Set<FleetType> types(Parameters parameters) {
    Set<FleetType> types = EnumSet.noneOf(FleetType.class);
    for (String name :
        parameters.get("types").map(text -> text.split(",", -1)).orElse(new String[0])) {
      types.add(
          Arrays.stream(FleetType.values())
              .filter(type -> type.plural().equals(name))
              .findFirst()
              .orElseThrow(
                  () -> Problem.of(400, "types: has to be a list such as services,tasks.")));
    }
    return types.isEmpty() ? EnumSet.allOf(FleetType.class) : types;
  }

  private static long revision(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw Problem.of(400, "revision: has to be the revision of an answer or of an event.");
    }
    return Long.parseLong(text);
  }

  private static void requireSome(Wanted wanted, Viewer viewer) {
    boolean sees =
        wanted
            .namespace()
            .map(name -> wanted.types().stream().anyMatch(type -> viewer.seesSome(type, name)))
            .orElseGet(() -> wanted.types().stream().allMatch(viewer::seesAll));
    if (!sees) {
      throw Problem.of(
          403, "You may not list the objects of all namespaces: name one by namespace.");
    }
  }

  private void requireKept(long revision) {
    try {
      if (fleet.changes().after(revision, 1, 0) instanceof Next.Compacted) {
        throw Problem.of(
            410,
            "Changes after this revision are no longer kept: list again, and begin from there.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.of(503, "The operator stops.");
    }
  }

  private void write(
      OutputStream out, Wanted wanted, long from, Viewer first, Supplier<Viewer> again)
      throws IOException, InterruptedException {
    long seen = from;
    Viewer viewer = first;
    Instant checkedAt = clock.instant();
    write(out, event("bookmark", seen, JsonNodeFactory.instance.objectNode()));
    while (true) {
      Next next = fleet.changes().after(seen, MOST_AT_ONCE, HEARTBEAT.toMillis());
      if (!clock.instant().isBefore(checkedAt.plus(RIGHTS_COUNT))) {
        viewer = again.get();
        requireSome(wanted, viewer);
        checkedAt = clock.instant();
      }
      switch (next) {
        case Next.Compacted() -> {
          write(out, event("compacted", seen, JsonNodeFactory.instance.objectNode()));
          return;
        }
        case Next.Changes(List<Change> changes) -> {
          StringBuilder events = new StringBuilder();
          for (Change change : changes) {
            shown(change, wanted, viewer)
                .ifPresent(
                    data ->
                        events.append(
                            event(
                                change.kind().name().toLowerCase(Locale.ROOT),
                                change.revision(),
                                data)));
            seen = change.revision();
          }
          if (events.isEmpty()) {
            // So the client has a revision to resume from, also if nothing is for it.
            events.append(event("bookmark", seen, JsonNodeFactory.instance.objectNode()));
          }
          write(out, events.toString());
        }
      }
    }
  }

  /** Of what was deleted only the names are shown: its object may be gone too. */
  private Optional<ObjectNode> shown(Change change, Wanted wanted, Viewer viewer) {
    FleetResource resource = change.resource();
    FleetType type = resource.type();
    boolean deleted = change.kind() == Kind.DELETED;
    Optional<ObjectKey> owner = deleted ? owners.named(resource) : owners.of(resource);
    boolean isWanted =
        wanted.types().contains(type)
            && wanted
                .namespace()
                .filter(name -> owner.filter(key -> key.namespace().equals(name)).isEmpty())
                .isEmpty();
    if (!isWanted || !viewer.seesAll(type) && owner.filter(viewer::sees).isEmpty()) {
      return Optional.empty();
    }
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("type", type.plural()).put("arn", resource.arn());
    if (deleted) {
      Shown.putOwner(data, owner);
    } else {
      data.set("resource", Shown.of(resource, fleet.tree(resource), owner));
    }
    return Optional.of(data);
  }

  private static String event(String name, long revision, ObjectNode data) {
    return "id: " + revision + "\nevent: " + name + "\ndata: " + data + "\n\n";
  }

  private static void write(OutputStream out, String events) throws IOException {
    out.write(ApiServer.bytes(events));
    out.flush();
  }
}
