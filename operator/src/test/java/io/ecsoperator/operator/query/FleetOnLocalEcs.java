package io.ecsoperator.operator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.world.WorldClock;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.InProcessEcs;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetChanges;
import io.ecsoperator.operator.fleet.FleetSweeper;
import io.ecsoperator.operator.http.ApiServer;
import io.ecsoperator.operator.http.ApiServer.Request;
import io.ecsoperator.operator.http.ApiServer.Response;
import io.ecsoperator.operator.http.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Tag;

/** A query API over a local-ecs, in virtual time. */
final class FleetOnLocalEcs implements AutoCloseable {
  static final Duration ROUND = Duration.ofSeconds(60);
  private static final Owner OWNER = new Owner("this-installation");

  /** What a client gets. */
  record Answer(int status, String text, Map<String, String> headers) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException(text, e);
      }
    }
  }

  private record Existing(Map<ObjectKey, EcsResource<?>> objects) implements KubernetesObjects {
    @Override
    public Optional<EcsResource<?>> find(ObjectKey key) {
      return Optional.ofNullable(objects.get(key));
    }

    @Override
    public Optional<EcsResource<?>> read(ObjectKey key) {
      return find(key);
    }

    @Override
    public List<Referrer> referrers(ObjectKey referred) {
      return List.of();
    }
  }

  private final VirtualTime time = new VirtualTime();
  private final LocalEcs local =
      LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()));
  private final EcsClient client = local.client();
  private final SdkEcs ecs = InProcessEcs.of(local);
  private final Map<ObjectKey, EcsResource<?>> objects = new HashMap<>();
  private final FakeReviews reviews = new FakeReviews().maySee("admin", "");
  private final Fleet fleet = new Fleet(Owner.TAG, new FleetChanges(1_000));
  private final List<Runnable> watchdogs = new CopyOnWriteArrayList<>();
  private final FleetSweeper sweeper;
  private final QueryApi api;

  FleetOnLocalEcs(boolean allClusters, String... arnsOfObjects) {
    this.sweeper =
        new FleetSweeper(
            ecs,
            fleet,
            new FleetSweeper.Scope(() -> Stream.of(arnsOfObjects), allClusters),
            time,
            time::after,
            ROUND);
    Owners owners = new Owners(new Existing(objects), OWNER);
    this.api =
        new QueryApi(
            fleet,
            owners,
            new CachedReviews(reviews, time),
            new Streams(fleet, owners, time),
            new QueryMetrics(fleet, new SimpleMeterRegistry(), time));
  }

  EcsClient client() {
    return client;
  }

  LocalEcs local() {
    return local;
  }

  VirtualTime time() {
    return time;
  }

  FakeReviews reviews() {
    return reviews;
  }

  Fleet fleet() {
    return fleet;
  }

  /** Reads everything once. */
  FleetOnLocalEcs read() {
    sweeper.start();
    time.pass(Duration.ofSeconds(1));
    return this;
  }

  /** Lets a round pass in ECS and in the copy. */
  void passRound() {
    local.advance(ROUND);
    time.pass(ROUND);
  }

  /** An object, and the tag of what it owns. */
  Tag ownedBy(String kind, String namespace, String name) {
    EcsResource<?> object =
        switch (kind) {
          case "EcsCluster" -> new EcsCluster();
          case "EcsService" -> new EcsService();
          case "EcsTask" -> new EcsTask();
          default -> new EcsTaskDefinition();
        };
    object.getMetadata().setNamespace(namespace);
    object.getMetadata().setName(name);
    ObjectKey key = new ObjectKey(kind, namespace, name);
    objects.put(key, object);
    return Tag.builder().key(Owner.TAG).value(OWNER.tagOf(key)).build();
  }

  void forget(String kind, String namespace, String name) {
    objects.remove(new ObjectKey(kind, namespace, name));
  }

  void cluster(String name, Tag... tags) {
    client.createCluster(create -> create.clusterName(name).tags(tags));
  }

  void definition(String family, String secret, Tag... tags) {
    ContainerDefinition app =
        ContainerDefinition.builder()
            .name("app")
            .image("nginx")
            .cpu(128)
            .memory(128)
            .essential(true)
            .environment(KeyValuePair.builder().name("SECRET").value(secret).build())
            .build();
    client.registerTaskDefinition(
        register ->
            register.family(family).networkMode("bridge").containerDefinitions(app).tags(tags));
  }

  void service(String cluster, String name, String family, int count, Tag... tags) {
    client.createService(
        create ->
            create
                .cluster(cluster)
                .serviceName(name)
                .taskDefinition(family)
                .desiredCount(count)
                .launchType("EXTERNAL")
                .tags(tags));
  }

  Answer get(String user, String pathAndQuery) {
    return send("GET", Optional.of(FakeReviews.token(user)), pathAndQuery, "");
  }

  ApiServer.Handler handler() {
    return api;
  }

  /** Runs what the API wanted to run later, such as its check of slow clients. */
  Scheduler watchdogs() {
    return (delay, task) -> watchdogs.add(task);
  }

  void runWatchdogs() {
    watchdogs.forEach(Runnable::run);
  }

  /** What a client of a stream gets until it has so many events, and then closes it. */
  List<String> stream(String user, String pathAndQuery, int events) {
    List<String> received = new ArrayList<>();
    try {
      if (open(user, pathAndQuery) instanceof Response.Stream stream) {
        stream.writer().write(new Client(received, events));
      }
    } catch (IOException e) {
      // The client has what it wanted.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return received;
  }

  /** The response to a request of a stream. */
  Response open(String user, String pathAndQuery) throws InterruptedException {
    String[] parts = pathAndQuery.split("\\?", 2);
    return api.handle(
        new Request(
            "GET",
            parts[0],
            parts.length > 1 ? parts[1] : "",
            Optional.of(FakeReviews.token(user)),
            Map.of(),
            new byte[0],
            InetAddress.getLoopbackAddress()));
  }

  /** Closes the connection once it has so many events. */
  private static final class Client extends OutputStream {
    private final List<String> received;
    private final int most;

    Client(List<String> received, int most) {
      this.received = received;
      this.most = most;
    }

    @Override
    public void write(int one) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      for (String event : new String(bytes, StandardCharsets.UTF_8).split("\n\n")) {
        if (received.size() == most) {
          throw new IOException("closed");
        }
        received.add(event);
      }
      if (received.size() == most) {
        throw new IOException("closed");
      }
    }
  }

  Answer send(String method, Optional<String> token, String pathAndQuery, String body) {
    String[] parts = pathAndQuery.split("\\?", 2);
    Request request =
        new Request(
            method,
            parts[0],
            parts.length > 1 ? parts[1] : "",
            token,
            Map.of(),
            body.getBytes(StandardCharsets.UTF_8),
            InetAddress.getLoopbackAddress());
    try {
      return answer(api.handle(request));
    } catch (Problem problem) {
      return answer(problem.response());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  List<String> texts(Answer answer, String list, String member) {
    return answer.json().path(list).valueStream().map(item -> item.path(member).asText()).toList();
  }

  private static Answer answer(Response response) {
    return switch (response) {
      case Response.Whole whole ->
          new Answer(
              whole.status(), new String(whole.body(), StandardCharsets.UTF_8), whole.headers());
      case Response.Stream stream -> new Answer(stream.status(), "", stream.headers());
    };
  }

  @Override
  public void close() {
    sweeper.close();
    client.close();
    ecs.close();
    local.close();
  }
}
