package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.Place;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.Purpose;
import io.ecsoperator.operator.replica.EcsReader;
import io.ecsoperator.operator.replica.EcsReaders;
import io.ecsoperator.operator.replica.Freshness;
import io.ecsoperator.operator.replica.Reading;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Readings by name or ARN as a test has put them; what it has not put is absent. */
public final class FakeReader implements EcsReader, EcsReaders {
  private final Map<String, Reading> readings = new HashMap<>();
  private Optional<Place> place = Optional.of(new Place("aws", "1", "eu-central-1"));

  private BiFunction<String, ObjectNode, ObjectNode> query =
      (operation, request) -> {
        throw new AssertionError("not expected: " + operation + " " + request);
      };

  public FakeReader shows(String nameOrArn, Reading reading) {
    readings.put(nameOrArn, reading);
    return this;
  }

  public FakeReader isIn(Place place) {
    this.place = Optional.of(place);
    return this;
  }

  public FakeReader isNowhereYet() {
    this.place = Optional.empty();
    return this;
  }

  @Override
  public Reading cluster(String nameOrArn, Freshness freshness) {
    return reading(nameOrArn);
  }

  @Override
  public Reading service(String cluster, String service, Freshness freshness) {
    return reading(service);
  }

  @Override
  public Reading task(String cluster, String task, Freshness freshness) {
    return reading(task);
  }

  @Override
  public Reading containerInstance(String cluster, String instance, Freshness freshness) {
    return reading(instance);
  }

  @Override
  public Reading capacityProvider(String nameOrArn, Freshness freshness) {
    return reading(nameOrArn);
  }

  @Override
  public Reading taskDefinition(String familyOrArn, Freshness freshness) {
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
    return reading(revisionArn) instanceof Reading.Present(ObjectNode tree)
        && tree.path("status").asText().equals("ACTIVE");
  }

  @Override
  public void forget(ObjectKey object) {}

  @Override
  public EcsReader readerFor(Purpose purpose) {
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
  public Optional<Place> place() {
    return place;
  }

  private Reading reading(String nameOrArn) {
    return readings.getOrDefault(nameOrArn, new Reading.Absent());
  }
}
