package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.kinds.taskdefinition.OwnRevision.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the revisions that an object registered, by their owner tag or by the object's history. */
final class OwnRevisions {
  /** Revisions without owner that are read before the family counts as one without owner. */
  private static final int MAX_WITHOUT_OWNER = 100;

  private final Ownership ownership;
  private final ForeignRevisions foreign = new ForeignRevisions();

  OwnRevisions(Ownership ownership) {
    this.ownership = ownership;
  }

  /**
   * ARNs of all revisions of a family in a state, including those of others.
   *
   * @throws io.ecsoperator.operator.aws.AwsFailure if ECS cannot be read
   */
  List<String> listed(EcsReader ecs, String family, State state) {
    return ecs.list(
        ListQuery.all("ListTaskDefinitions", "taskDefinitionArns")
            .where("familyPrefix", family)
            .where("status", state.name()));
  }

  /** Whether a revision was registered after an instant, as far as that is known. */
  static boolean isAfter(Revision revision, Instant instant) {
    return Optional.ofNullable(revision.registeredAt())
        .map(Instant::parse)
        .filter(instant::isBefore)
        .isPresent();
  }

  static List<Revision> history(EcsTaskDefinitionStatus status) {
    return Optional.ofNullable(status.history()).orElse(List.of());
  }

  /**
   * Those of {@code arns} that are the object's, newest first. Each takes a call of its own, so it
   * stops reading when it has enough, and reads those of others once.
   *
   * @param history revisions that are the object's even without a tag
   * @param atMost how many revisions that are still to be deregistered are enough
   * @throws io.ecsoperator.operator.aws.AwsFailure if ECS cannot be read
   */
  List<OwnRevision> among(
      EcsReader ecs,
      Collection<String> arns,
      List<Revision> history,
      Desired desired,
      int atMost,
      EcsReader.Freshness freshness) {
    List<OwnRevision> own = new ArrayList<>();
    int found = 0;
    List<String> newestFirst = newestFirst(arns);
    for (String arn : newestFirst) {
      if (found == atMost) {
        break;
      }
      Optional<Revision> known = history.stream().filter(r -> arn.equals(r.arn())).findFirst();
      if (known.isEmpty()
          && !freshness.equals(EcsReader.Freshness.NOW)
          && foreign.contains(desired.uid(), arn)) {
        continue;
      }
      Observation observation = ecs.read(TaskDefinitionResource.ref(arn), freshness);
      Optional<OwnRevision> revision = own(observation, arn, known, desired);
      if (observation instanceof Observation.Present
          && revision.isEmpty()
          && !arn.equals(newestFirst.getFirst())) {
        foreign.add(desired.uid(), arn);
      }
      revision.ifPresent(own::add);
      found += revision.filter(r -> RevisionPruner.isLeft(r, desired)).isPresent() ? 1 : 0;
    }
    return own;
  }

  /**
   * The newest active revision of a family that has an owner, this object or another one.
   *
   * @throws io.ecsoperator.operator.aws.AwsFailure if ECS cannot be read
   */
  Optional<DescribedTaskDefinition> newestOwned(EcsReader ecs, String family) {
    return newestFirst(listed(ecs, family, State.ACTIVE)).stream()
        .limit(MAX_WITHOUT_OWNER)
        .map(arn -> ecs.read(TaskDefinitionResource.ref(arn), EcsReader.Freshness.ANY))
        .flatMap(OwnRevisions::present)
        .filter(revision -> Tags.value(revision.json(), Owner.TAG).isPresent())
        .findFirst();
  }

  private static Stream<DescribedTaskDefinition> present(Observation observation) {
    return switch (observation) {
      case Observation.Present(ObjectNode tree) -> Stream.of(new DescribedTaskDefinition(tree));
      case Observation.Absent _ -> Stream.empty();
      case Observation.Unknown unknown -> throw unknown.why();
    };
  }

  private Optional<OwnRevision> own(
      Observation observation, String arn, Optional<Revision> known, Desired desired) {
    return switch (observation) {
      case Observation.Present(ObjectNode tree) when isOwn(tree, known.isPresent(), desired) -> {
        DescribedTaskDefinition revision = new DescribedTaskDefinition(tree);
        yield Optional.of(
            new OwnRevision(known.orElseGet(() -> revision(arn, revision)), state(revision)));
      }
      case Observation.Present _ -> known.map(revision -> new OwnRevision(revision, State.GONE));
      case Observation.Absent _ ->
          known.map(revision -> new OwnRevision(revision, State.NOT_SHOWN));
      case Observation.Unknown unknown -> throw unknown.why();
    };
  }

  private boolean isOwn(ObjectNode tree, boolean known, Desired desired) {
    String family = new DescribedTaskDefinition(tree).family();
    // The history in status is no proof for a revision of another family.
    return ownership.owns(desired, family, tree, known && family.equals(desired.nameOr("family")));
  }

  private static State state(DescribedTaskDefinition revision) {
    return switch (revision.status()) {
      case "ACTIVE" -> State.ACTIVE;
      case "INACTIVE" -> State.INACTIVE;
      default -> State.GONE;
    };
  }

  private static Revision revision(String arn, DescribedTaskDefinition revision) {
    return new Revision(arn, revision.registeredAt().orElse(null));
  }

  private static List<String> newestFirst(Collection<String> arns) {
    return arns.stream()
        .distinct()
        .sorted(Comparator.comparingInt(OwnRevisions::number).reversed())
        .toList();
  }

  static int number(String arn) {
    return Integer.parseInt(arn.substring(arn.lastIndexOf(':') + 1));
  }
}
