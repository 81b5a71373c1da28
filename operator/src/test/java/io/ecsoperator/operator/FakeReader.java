package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.EcsReaders;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Answers with the observations that a test has put by name or ARN; the rest is absent. */
public final class FakeReader implements EcsReader, EcsReaders {
  private final Map<String, Observation> observations = new HashMap<>();
  private final List<String> reads = new ArrayList<>();
  private Optional<AwsLocation> location = Optional.of(new AwsLocation("aws", "1", "eu-central-1"));

  private Optional<AwsFailure> failure = Optional.empty();

  private BiFunction<String, ObjectNode, ObjectNode> query =
      (operation, request) -> {
        throw new AssertionError("not expected: " + operation + " " + request);
      };

  /** The names or ARNs that were read. */
  public List<String> reads() {
    return List.copyOf(reads);
  }

  public FakeReader shows(String nameOrArn, Observation observation) {
    observations.put(nameOrArn, observation);
    return this;
  }

  public FakeReader isIn(AwsLocation location) {
    this.location = Optional.of(location);
    return this;
  }

  /** What was read may be outdated, because reads fail now. */
  public FakeReader fails(AwsFailure failure) {
    this.failure = Optional.of(failure);
    return this;
  }

  public FakeReader works() {
    this.failure = Optional.empty();
    return this;
  }

  @Override
  public Optional<AwsFailure> failure() {
    return failure;
  }

  public FakeReader isNowhereYet() {
    this.location = Optional.empty();
    return this;
  }

  @Override
  public Observation read(ResourceRef resource, EcsReader.Freshness freshness) {
    reads.add(resource.nameOrArn());
    return observation(resource.nameOrArn());
  }

  /** How queries are answered. */
  public FakeReader answers(BiFunction<String, ObjectNode, ObjectNode> query) {
    this.query = query;
    return this;
  }

  @Override
  public ObjectNode query(String operation, ObjectNode request) {
    return query.apply(operation, request);
  }

  @Override
  public boolean isListed(ResourceRef version, EcsReader.Freshness freshness) {
    return observation(version.nameOrArn()) instanceof Observation.Present(ObjectNode tree)
        && tree.path("status").asText().equals("ACTIVE");
  }

  @Override
  public void forget(ObjectKey object) {}

  @Override
  public EcsReader readerFor(CallContext callContext) {
    return this;
  }

  @Override
  public EcsReader with(Priority priority) {
    return this;
  }

  @Override
  public EcsReader forNew() {
    return this;
  }

  @Override
  public Optional<AwsLocation> location() {
    return location;
  }

  private Observation observation(String nameOrArn) {
    return observations.getOrDefault(nameOrArn, new Observation.Absent());
  }
}
