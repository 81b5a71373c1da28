package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.EcsReaders;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.cache.Observation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Readings by name or ARN as a test has put them; what it has not put is absent. */
public final class FakeReader implements EcsReader, EcsReaders {
  private final Map<String, Observation> observations = new HashMap<>();
  private Optional<AwsLocation> location = Optional.of(new AwsLocation("aws", "1", "eu-central-1"));

  private BiFunction<String, ObjectNode, ObjectNode> query =
      (operation, request) -> {
        throw new AssertionError("not expected: " + operation + " " + request);
      };

  public FakeReader shows(String nameOrArn, Observation reading) {
    observations.put(nameOrArn, reading);
    return this;
  }

  public FakeReader isIn(AwsLocation location) {
    this.location = Optional.of(location);
    return this;
  }

  public FakeReader isNowhereYet() {
    this.location = Optional.empty();
    return this;
  }

  @Override
  public Observation cluster(String nameOrArn, Freshness freshness) {
    return reading(nameOrArn);
  }

  @Override
  public Observation service(String cluster, String service, Freshness freshness) {
    return reading(service);
  }

  @Override
  public Observation task(String cluster, String task, Freshness freshness) {
    return reading(task);
  }

  @Override
  public Observation containerInstance(String cluster, String instance, Freshness freshness) {
    return reading(instance);
  }

  @Override
  public Observation capacityProvider(String nameOrArn, Freshness freshness) {
    return reading(nameOrArn);
  }

  @Override
  public Observation taskDefinition(String familyOrArn, Freshness freshness) {
    return reading(familyOrArn);
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
  public boolean isActive(String revisionArn, Freshness freshness) {
    return reading(revisionArn) instanceof Observation.Present(ObjectNode tree)
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

  private Observation reading(String nameOrArn) {
    return observations.getOrDefault(nameOrArn, new Observation.Absent());
  }
}
