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
import io.ecsoperator.localecs.endpoint.Reset;
import io.ecsoperator.localecs.endpoint.ServiceDispatcher;
import io.ecsoperator.localecs.endpoint.SimulatedInstances;
import io.ecsoperator.localecs.endpoint.SqsEndpoint;
import io.ecsoperator.localecs.endpoint.Switches;
import io.ecsoperator.localecs.event.EventDeliveryFaults;
import io.ecsoperator.localecs.event.EventRules;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.external.HookAnswer;
import io.ecsoperator.localecs.external.TargetHealth;
import io.ecsoperator.localecs.faults.Admission;
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
  private final Admission admission;
  private final Endpoint endpoint;
  private final CallLog calls = new CallLog(InstantSource.system());
  private final SimulatedInstances instances;
  private final Switches switches;
  private final Changes changes;
  private final Reset reset;
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
    changes = new Changes(world, recorder);
    Scripts scripts = new Scripts();
    Regions regions =
        new Regions(world, scripts, new EventRules(queues, recorder::recordElapsedTime));
    LocalEcsOptions.Disturbances disturbances = options.disturbances();
    admission =
        new Admission(
            new Quotas(disturbances.quotas(), InstantSource.system()),
            new Faults(options.seed(), disturbances.faults()));
    instances = new SimulatedInstances(regions, changes, options.standard());
    switches =
        new Switches(
            new ImageScripts(scripts, changes),
            new ExternalDependencySwitches(regions.external(), changes),
            new EventSwitches(options.standard(), regions.events(), changes));
    endpoint =
        new Endpoint(
            world, regions, admission, disturbances.lag(), calls, recorder, options.standard());
    reset = new Reset(world, regions, endpoint, scripts, recorder, admission.faults(), calls);
    LocalRoutes routes =
        new LocalRoutes(world, endpoint, admission, calls, switches, changes, reset);
    ServiceDispatcher dispatcher =
        new ServiceDispatcher(
            endpoint, new SqsEndpoint(options.standard(), new SqsOperations(queues)));
    inProcess = new InProcessHttpClient(dispatcher);
    try {
      if (state.isPresent()) {
        queues.load(state.get().values());
        state.get().replay(entry -> world.replay(entry.at(), () -> repeat(entry)));
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

  private void repeat(Entry entry) {
    switch (entry) {
      case Entry.Operation(Instant _, Scope scope, String name, JsonNode request) ->
          endpoint.repeat(scope, name, request);
      case Entry.Change(Instant _, String name, JsonNode body) -> changes.repeat(name, body);
      case Entry.Time _, Entry.Refusal _ -> {
        // World.replay already advanced to the entry's time.
      }
    }
  }

  private HttpFront listen(ServiceDispatcher at, LocalRoutes local) throws IOException {
    LocalEcsOptions.Address address = options.address();
    try {
      return new HttpFront(new InetSocketAddress(address.host(), address.port()), at, local);
    } catch (IOException e) {
      throw new IOException("Cannot listen on " + address + ": " + e.getMessage(), e);
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

  /** The base URL for HTTP clients, for example {@code http://127.0.0.1:4580}. */
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

  /**
   * An HTTP client for SDK clients that callers build: it calls this endpoint without a socket and
   * ignores the client's endpoint override.
   */
  public SdkHttpClient httpClient() {
    return inProcess;
  }

  /** The log of the calls received so far. */
  public CallLog calls() {
    return calls;
  }

  /** The faults that are injected into calls. */
  public Faults faults() {
    return admission.faults();
  }

  /** AWS's request quotas, and the switch that enforces them. */
  public Quotas quotas() {
    return admission.quotas();
  }

  /** How long reads stay stale after a write. */
  public Lag lag() {
    return endpoint.lag();
  }

  /** Sets the lag for later writes; {@link Lag#NONE} makes all earlier writes visible at once. */
  public void setLag(Lag lag) {
    endpoint.setLag(lag);
  }

  /** The scripts of simulated containers, by image. */
  public ImageScripts scripts() {
    return switches.images();
  }

  /** Adds simulated container instances in the standard region. */
  public SimulatedInstances instances() {
    return instances;
  }

  /** Sets whether Fargate has capacity for tasks. */
  public void setFargate(boolean available) {
    switches.external().setFargate(available);
  }

  /**
   * Sends the events of the standard account and region to the queue, which is created if it does
   * not exist.
   */
  public void sendEventsTo(String queue) {
    switches.events().sendTo(queue);
  }

  /**
   * Sets the faults of event delivery; by default each event is delivered once and without delay.
   */
  public void setEventDeliveryFaults(EventDeliveryFaults deliveryFaults) {
    switches.events().set(deliveryFaults);
  }

  /**
   * Puts a CloudWatch alarm into ALARM, or back into OK; deployments that watch it fail.
   *
   * @param name as in {@code deploymentConfiguration.alarms.alarmNames}
   */
  public void setAlarm(String name, boolean inAlarm) {
    switches.external().setAlarm(name, inAlarm);
  }

  /** Sets the health that a target group reports for all its targets; HEALTHY by default. */
  public void setTargetHealth(String targetGroupArn, TargetHealth health) {
    switches
        .external()
        .setTargetHealth(new ExternalDependencies.Target(targetGroupArn, ""), health);
  }

  /**
   * Sets the health that a target group reports for one task; it overrides that of the whole group.
   */
  public void setTargetHealth(String targetGroupArn, String taskArn, TargetHealth health) {
    switches
        .external()
        .setTargetHealth(new ExternalDependencies.Target(targetGroupArn, taskArn), health);
  }

  /**
   * Sets the availability zone of a subnet. A subnet without a zone matches instances in every
   * zone.
   */
  public void setSubnetZone(String subnet, String availabilityZone) {
    switches.external().setSubnetZone(subnet, availabilityZone);
  }

  /** Sets the answer of a Lambda function to lifecycle hooks; SUCCEEDED by default. */
  public void setHookAnswer(String functionArn, HookAnswer answer) {
    switches.external().setHookAnswer(functionArn, answer);
  }

  /** The current world time. */
  public Instant now() {
    return world.call(world::now);
  }

  /**
   * Moves a virtual clock forward and returns after everything that was due has run.
   *
   * @throws IllegalStateException when the clock is not virtual
   */
  public void advance(Duration by) {
    changes.advance(by);
  }

  /** Resets the world, the call log and the scripts; restores the faults of the options. */
  public void reset() {
    reset.run();
  }

  @Override
  public void close() {
    front.close();
    world.close();
    state.ifPresent(StateFile::close);
  }
}
