package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.calls.CallLog;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.region.Regions;
import io.ecsoperator.localecs.weather.Fault;
import io.ecsoperator.localecs.weather.Faults;
import io.ecsoperator.localecs.world.World;
import io.ecsoperator.sdkschema.SdkJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkResponse;

/**
 * One call from its bytes to the bytes of its answer, whichever way it came. The caller's thread
 * reads, waits and writes; only the operation itself runs on the world's thread.
 */
public final class Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

  private final World world;
  private final Regions regions;
  private final Faults faults;
  private final CallLog calls;
  private final Duration latency;
  private final InstantSource wallClock;
  private final RequestReader reader;
  private final AnswerWriter writer;

  /**
   * @param standard account and region of calls that do not name theirs
   * @param latency wall time that every call waits before it is carried out
   */
  public Endpoint(
      World world,
      Regions regions,
      Faults faults,
      CallLog calls,
      Scope standard,
      Duration latency,
      InstantSource wallClock) {
    this.world = world;
    this.regions = regions;
    this.faults = faults;
    this.calls = calls;
    this.latency = latency;
    this.wallClock = wallClock;
    SdkJson codec = new SdkJson();
    ObjectMapper mapper = new ObjectMapper();
    this.reader = new RequestReader(standard, codec, mapper);
    this.writer = new AnswerWriter(codec, mapper);
  }

  /** What the world made of a call. */
  private sealed interface Outcome {
    record Answered(SdkResponse answer) implements Outcome {}

    record Refused(EcsError error) implements Outcome {}
  }

  /** What the weather makes of a call. */
  private record Fate(Duration delay, Optional<EcsError> refusal, Optional<Fault.Loss> loss) {
    static final Fate KIND = new Fate(Duration.ZERO, Optional.empty(), Optional.empty());

    static Fate of(Fault fault) {
      return switch (fault) {
        case Fault.Delay(Duration by) -> new Fate(by, Optional.empty(), Optional.empty());
        case Fault.Refusal(String type, String message, int status) ->
            new Fate(
                Duration.ZERO, Optional.of(new EcsError(type, message, status)), Optional.empty());
        case Fault.LostAnswer(Fault.Loss how) ->
            new Fate(Duration.ZERO, Optional.empty(), Optional.of(how));
      };
    }
  }

  WireAnswer handle(WireRequest request) {
    String requestId = UUID.randomUUID().toString();
    Received received = reader.read(request);
    Fate fate = faults.strike(received.operation()).map(Fate::of).orElse(Fate.KIND);
    pause(latency.plus(fate.delay()));
    Outcome outcome = world.call(() -> carryOut(received, fate, requestId));
    return fate.loss()
        .map(how -> lost(how, requestId))
        .orElseGet(
            () ->
                switch (outcome) {
                  case Outcome.Answered(SdkResponse answer) -> writer.write(answer, requestId);
                  case Outcome.Refused(EcsError error) -> writer.write(error, requestId);
                });
  }

  /** On the world's thread: does what is asked and writes it down, in one go. */
  private Outcome carryOut(Received received, Fate fate, String requestId) {
    Outcome outcome =
        fate.refusal()
            .or(received::error)
            .<Outcome>map(Outcome.Refused::new)
            .orElseGet(() -> perform(received));
    Optional<String> error =
        outcome instanceof Outcome.Refused(EcsError refusal)
            ? Optional.of(refusal.type())
            : Optional.empty();
    calls.add(
        sequence ->
            new Call(
                sequence,
                wallClock.instant(),
                world.now(),
                received.scope(),
                received.operation(),
                received.body(),
                error,
                fate.loss().isPresent(),
                requestId));
    return outcome;
  }

  private Outcome perform(Received received) {
    try {
      return regions
          .in(received.scope())
          .operations()
          .find(received.operation())
          .<Outcome>map(entry -> new Outcome.Answered(entry.handle(received.typed().orElseThrow())))
          .orElseGet(() -> new Outcome.Refused(unsupported(received.operation())));
    } catch (EcsError e) {
      return new Outcome.Refused(e);
    } catch (RuntimeException e) {
      LOG.error("{} failed by a fault of local-ecs.", received.operation(), e);
      return new Outcome.Refused(
          new EcsError("ServerException", "local-ecs has a fault: " + e, 500));
    }
  }

  private static EcsError unsupported(String operation) {
    return new EcsError(
        "UnsupportedFeatureException", "local-ecs does not support " + operation + ".");
  }

  private WireAnswer lost(Fault.Loss how, String requestId) {
    return switch (how) {
      case CONNECTION_CLOSED -> new WireAnswer.ConnectionClosed();
      case TIMEOUT -> new WireAnswer.Silence();
      case SERVER_ERROR ->
          writer.write(
              new EcsError("ServerException", "The answer was lost on purpose.", 500), requestId);
    };
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting out the latency.", e);
    }
  }
}
