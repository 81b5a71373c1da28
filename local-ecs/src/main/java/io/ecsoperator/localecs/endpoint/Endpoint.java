package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.calls.CallLog;
import io.ecsoperator.localecs.faults.Admission;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.InjectedFault;
import io.ecsoperator.localecs.faults.Lag;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.region.Regions;
import io.ecsoperator.localecs.world.World;
import io.ecsoperator.sdkschema.SdkJson;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.SdkResponse;

/**
 * Handles one call, from the request bytes to the answer bytes, over HTTP and in process alike. The
 * caller's thread reads, waits and writes; only the operation itself runs on the world's thread.
 */
public final class Endpoint implements WireHandler {
  private final World world;
  private final Admission admission;
  private final CallLog calls;
  private final Recorder recorder;
  private final RequestReader reader;
  private final AnswerWriter writer;
  private final SdkJson codec = new SdkJson();
  private final Operations operations;
  private final StaleReads staleReads;

  /**
   * @param standard account and region of calls with a signature that names none
   * @param lag how long reads stay stale at first
   */
  public Endpoint(
      World world,
      Regions regions,
      Admission admission,
      Lag lag,
      CallLog calls,
      Recorder recorder,
      Scope standard) {
    this.world = world;
    this.recorder = recorder;
    this.admission = admission;
    this.calls = calls;
    ObjectMapper mapper = new ObjectMapper();
    this.reader = new RequestReader(standard, codec, mapper);
    this.writer = new AnswerWriter(codec, mapper);
    this.operations = new Operations(regions);
    this.staleReads = new StaleReads(world, operations, reader, codec, lag);
  }

  /** The result of a call. */
  private sealed interface Outcome {
    record Answered(SdkResponse answer) implements Outcome {}

    /** The operation's answer, rewritten to hide recent writes. */
    record Rewritten(ObjectNode answer) implements Outcome {}

    record Refused(EcsError error) implements Outcome {}

    /** The call was lost before it was carried out. */
    record NotReceived() implements Outcome {}
  }

  /** An outcome, and the state-file position of the recorded call; 0 where none was recorded. */
  private record Done(Outcome outcome, long position) {
    static Done without(Outcome outcome) {
      return new Done(outcome, 0);
    }
  }

  @Override
  public WireAnswer handle(WireRequest request) {
    String requestId = UUID.randomUUID().toString();
    Received received = reader.read(request);
    boolean admitted = admission.quotas().admit(received.scope(), received.operation());
    InjectedFault injected = admission.faults().inject(received.operation());
    pause(injected.delay());
    Optional<Fault> fault = admitted ? injected.fault() : Optional.of(Fault.throttled());
    Done done = world.call(() -> carryOut(request, received, fault, requestId));
    recorder.force(done.position());
    return loss(fault)
        .map(how -> lost(how, requestId))
        .orElseGet(
            () ->
                switch (done.outcome()) {
                  case Outcome.Answered(SdkResponse answer) -> writer.write(answer, requestId);
                  case Outcome.Rewritten(ObjectNode answer) -> writer.write(answer, requestId);
                  case Outcome.Refused(EcsError error) -> writer.write(error, requestId);
                  case Outcome.NotReceived _ ->
                      throw new IllegalStateException("A lost request has no answer.");
                });
  }

  /** How long reads stay stale after a write. */
  public Lag lag() {
    return world.call(staleReads::lag);
  }

  /** Sets the lag for later writes; {@link Lag#NONE} makes all earlier writes visible at once. */
  public void setLag(Lag lag) {
    world.run(() -> staleReads.set(lag));
  }

  /** Replays a recorded operation. On the world's thread. */
  public void repeat(Scope scope, String operation, JsonNode request) {
    try {
      operations.carryOut(reader.read(scope, operation, request));
    } catch (EcsError e) {
      // The operation was refused when it was recorded, too.
    }
  }

  /** Drops all stale state after the world was reset. On the world's thread. */
  void forget() {
    staleReads.clear();
  }

  /** Carries out the call and logs it, both in one command on the world's thread. */
  private Done carryOut(
      WireRequest request, Received received, Optional<Fault> fault, String requestId) {
    Done done =
        switch (fault.orElse(null)) {
          case Fault.Refusal(String type, String message, int status) ->
              Done.without(
                  new Outcome.Refused(
                      new EcsError(
                          type, message.replace(Fault.OPERATION, received.operation()), status)));
          case Fault.LostRequest _ -> Done.without(new Outcome.NotReceived());
          case Fault.LostAnswer _, Fault.Delay _ -> perform(received);
          case null -> perform(received);
        };
    Optional<String> error =
        switch (done.outcome()) {
          case Outcome.Refused(EcsError refusal) -> Optional.of(refusal.type());
          case Outcome.NotReceived _ -> Optional.of("LostRequest");
          case Outcome.Answered _, Outcome.Rewritten _ -> Optional.empty();
        };
    calls.add(
        (sequence, wallTime) ->
            new Call(
                sequence,
                wallTime,
                world.now(),
                new Call.Caller(received.scope(), CredentialScope.accessKey(request)),
                received.operation(),
                received.body(),
                requestId,
                new Call.Result(error, loss(fault).isPresent())));
    return done;
  }

  private Done perform(Received received) {
    if (received.error().isPresent()) {
      return Done.without(new Outcome.Refused(received.error().get()));
    }
    if (Call.isWrite(received.operation())) {
      long position = recorder.operation(received);
      Outcome outcome = write(received);
      if (outcome instanceof Outcome.Refused(EcsError error) && error.status() < 500) {
        recorder.refused();
      }
      return new Done(outcome, position);
    }
    recorder.recordElapsedTime();
    return Done.without(read(received));
  }

  private Outcome write(Received received) {
    try {
      return new Outcome.Answered(
          staleReads.areOn() ? staleReads.write(received) : operations.carryOut(received));
    } catch (EcsError e) {
      return new Outcome.Refused(e);
    }
  }

  private Outcome read(Received received) {
    try {
      SdkResponse answer = operations.carryOut(received);
      return staleReads.areOn()
          ? new Outcome.Rewritten(staleReads.aged(received, codec.encode(answer)))
          : new Outcome.Answered(answer);
    } catch (EcsError e) {
      return new Outcome.Refused(e);
    }
  }

  private static Optional<Fault.Loss> loss(Optional<Fault> fault) {
    return switch (fault.orElse(null)) {
      case Fault.LostAnswer(Fault.Loss how) -> Optional.of(how);
      case Fault.LostRequest(Fault.Loss how) -> Optional.of(how);
      case Fault.Refusal _, Fault.Delay _ -> Optional.empty();
      case null -> Optional.empty();
    };
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
