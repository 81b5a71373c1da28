package io.ecsoperator.localecs;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.calls.CallLog;
import io.ecsoperator.localecs.endpoint.Changes;
import io.ecsoperator.localecs.endpoint.Endpoint;
import io.ecsoperator.localecs.endpoint.EventSwitches;
import io.ecsoperator.localecs.endpoint.ExternalDependencySwitches;
import io.ecsoperator.localecs.endpoint.HttpFront;
import io.ecsoperator.localecs.endpoint.ImageScripts;
import io.ecsoperator.localecs.endpoint.InProcessHttpClient;
import io.ecsoperator.localecs.endpoint.LocalRoutes;
import io.ecsoperator.localecs.endpoint.Recorder;
import io.ecsoperator.localecs.endpoint.ServiceDispatcher;
import io.ecsoperator.localecs.endpoint.SimulatedInstances;
import io.ecsoperator.localecs.endpoint.SqsEndpoint;
import io.ecsoperator.localecs.event.EventDeliveryFaults;
import io.ecsoperator.localecs.event.EventRules;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.external.HookAnswer;
import io.ecsoperator.localecs.external.TargetHealth;
import io.ecsoperator.localecs.faults.Faults;
import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.faults.Quotas;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.region.Regions;
import io.ecsoperator.localecs.script.Scripts;
import io.ecsoperator.localecs.sqs.Queues;
import io.ecsoperator.localecs.sqs.SqsOperations;
import io.ecsoperator.localecs.state.Entry;
import io.ecsoperator.localecs.state.Journal;
import io.ecsoperator.localecs.state.StateFile;
import io.ecsoperator.localecs.state.Store;
import io.ecsoperator.localecs.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * An ECS endpoint in this JVM, over HTTP and in process at the same time.
 *
 * <p>Safe for use by many threads.
 */
public final class LocalEcs implements AutoCloseable {
  private static final URI IN_PROCESS = URI.create("http://local-ecs");
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  private final LocalEcsOptions options;
  private final Optional<StateFile> state;
  private final World world;
  private final Quotas quotas;
  private final Faults faults;
  private final Endpoint endpoint;
  private final CallLog calls = new CallLog();
  private final ImageScripts imageScripts;
  private final SimulatedInstances instances;
  private final ExternalDependencySwitches external;
  private final EventSwitches events;
  private final LocalRoutes routes;
  private final SdkHttpClient inProcess;
  private final HttpFront front;

  private LocalEcs(LocalEcsOptions options) throws IOException {
    this.options = options;
    state = openState(options);
    world =
        state
            .map(file -> new World(file.start(), file.seed()))
            .orElseGet(() -> new World(options.clock().start(), options.seed()));
    Queues queues =
        new Queues(
            InstantSource.system(),
            state.<Store>map(file -> file).orElse(Store.NONE),
            state.map(StateFile::seed).orElse(options.seed()));
    Recorder recorder = new Recorder(world, state.<Journal>map(file -> file).orElse(Journal.NONE));
    Changes changes = new Changes(world, recorder);
    Scripts scripts = new Scripts();
    Regions regions =
        new Regions(world, scripts, new EventRules(queues, recorder::recordElapsedTime));
    quotas = new Quotas(options.quotas(), InstantSource.system());
    faults = new Faults(options.seed(), options.faults());
    imageScripts = new ImageScripts(scripts, changes);
    instances = new SimulatedInstances(regions, changes, options.standard());
    external = new ExternalDependencySwitches(regions.external(), changes);
    events = new EventSwitches(options.standard(), regions.events(), changes);
    endpoint =
        new Endpoint(
            world,
            regions,
            quotas,
            faults,
            options.lag(),
            calls,
            recorder,
            options.standard(),
            InstantSource.system());
    routes =
        new LocalRoutes(
            world, regions, endpoint, quotas, faults, calls, scripts, external, events, changes,
            recorder);
    ServiceDispatcher dispatcher =
        new ServiceDispatcher(
            endpoint, new SqsEndpoint(options.standard(), new SqsOperations(queues)));
    inProcess = new InProcessHttpClient(dispatcher);
    try {
      if (state.isPresent()) {
        queues.load(state.get().values());
        state.get().replay(entry -> world.replay(entry.at(), () -> repeat(entry, changes)));
      }
      world.run(recorder::begin);
      options.eventsQueue().ifPresent(this::sendEventsTo);
      world.begin(options.clock());
      front = listen(dispatcher, routes);
    } catch (IOException | RuntimeException e) {
      world.close();
      state.ifPresent(StateFile::close);
      throw e;
    }
  }

  private static Optional<StateFile> openState(LocalEcsOptions options) throws IOException {
    return options.state().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new StateFile(options.state().get(), options.seed(), options.clock().start()));
  }

  private void repeat(Entry entry, Changes changes) {
    switch (entry) {
      case Entry.Operation(Instant _, Scope scope, String name, JsonNode request) ->
          endpoint.repeat(scope, name, request);
      case Entry.Change(Instant _, String name, JsonNode body) -> changes.repeat(name, body);
      case Entry.Time _, Entry.Refusal _ -> {
        // To come to its time was all there was to do.
      }
    }
  }

  private HttpFront listen(ServiceDispatcher at, LocalRoutes local) throws IOException {
    try {
      return new HttpFront(new InetSocketAddress(options.host(), options.port()), at, local);
    } catch (IOException e) {
      throw new IOException(
          "Cannot listen on " + options.host() + " port " + options.port() + ": " + e.getMessage(),
          e);
    }
  }

  /**
   * Starts an endpoint, which listens when this returns.
   *
   * @throws UncheckedIOException when the port is taken, or the state cannot be loaded
   */
  public static LocalEcs start(LocalEcsOptions options) {
    try {
      return new LocalEcs(options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where HTTP clients find it, for example {@code http://127.0.0.1:4580}. */
  public URI url() {
    return front.url();
  }

  /** A new in-process client for the standard region. */
  public EcsClient client() {
    return client(options.standard().region());
  }

  /** A new in-process client for {@code region}. */
  public EcsClient client(String region) {
    return EcsClient.builder()
        .httpClient(inProcess)
        .endpointOverride(IN_PROCESS)
        .region(Region.of(region))
        .credentialsProvider(CREDENTIALS)
        .build();
  }

  /** A new in-process client of the queues that are served here, for the standard region. */
  public SqsClient sqsClient() {
    return SqsClient.builder()
        .httpClient(inProcess)
        .endpointOverride(IN_PROCESS)
        .region(Region.of(options.standard().region()))
        .credentialsProvider(CREDENTIALS)
        .build();
  }

  /** For clients of one's own that should come here without a socket, whatever their endpoint. */
  public SdkHttpClient httpClient() {
    return inProcess;
  }

  /** What was asked so far. */
  public CallLog calls() {
    return calls;
  }

  /** What shall go wrong. */
  public Faults faults() {
    return faults;
  }

  /** AWS's request quotas, and whether they are in force. */
  public Quotas quotas() {
    return quotas;
  }

  /** How long reads are old after a write. */
  public Lag lag() {
    return endpoint.lag();
  }

  /** Holds for writes from now on; {@link Lag#NONE} shows at once all that was written. */
  public void setLag(Lag lag) {
    endpoint.setLag(lag);
  }

  /** What containers do, by image. */
  public ImageScripts scripts() {
    return imageScripts;
  }

  /** Container instances to be added, in the standard region. */
  public SimulatedInstances instances() {
    return instances;
  }

  /** Says whether Fargate has room for tasks. */
  public void setFargate(boolean available) {
    external.setFargate(available);
  }

  /** Events of the standard account and region go to the queue, which is created if need be. */
  public void sendEventsTo(String queue) {
    events.sendTo(queue);
  }

  /** Says how badly events are delivered; once and at once until it is said. */
  public void setEventDeliveryFaults(EventDeliveryFaults deliveryFaults) {
    events.set(deliveryFaults);
  }

  /**
   * Puts a CloudWatch alarm into ALARM, or back into OK; deployments that watch it fail.
   *
   * @param name as in {@code deploymentConfiguration.alarms.alarmNames}
   */
  public void setAlarm(String name, boolean inAlarm) {
    external.setAlarm(name, inAlarm);
  }

  /** Says what the health checks of a target group find; HEALTHY until it is said. */
  public void setTargetHealth(String targetGroupArn, TargetHealth health) {
    external.setTargetHealth(new ExternalDependencies.Target(targetGroupArn, ""), health);
  }

  /** Says what a target group's health checks find of one task, whatever they find of others. */
  public void setTargetHealth(String targetGroupArn, String taskArn, TargetHealth health) {
    external.setTargetHealth(new ExternalDependencies.Target(targetGroupArn, taskArn), health);
  }

  /** Says in which availability zone a subnet is; until then it suits instances in any. */
  public void setSubnetZone(String subnet, String availabilityZone) {
    external.setSubnetZone(subnet, availabilityZone);
  }

  /** Says what a Lambda function answers to lifecycle hooks; SUCCEEDED until it is said. */
  public void setHookAnswer(String functionArn, HookAnswer answer) {
    external.setHookAnswer(functionArn, answer);
  }

  /** The world's time. */
  public Instant now() {
    return world.call(world::now);
  }

  /**
   * Moves a virtual clock forward; all that falls due has happened when this returns.
   *
   * @throws IllegalStateException when the clock is not virtual
   */
  public void advance(Duration by) {
    routes.advance(by);
  }

  /** Empties the world, the call log and the scripts; faults go back to those of the options. */
  public void reset() {
    routes.reset();
  }

  @Override
  public void close() {
    front.close();
    world.close();
    state.ifPresent(StateFile::close);
  }
}
