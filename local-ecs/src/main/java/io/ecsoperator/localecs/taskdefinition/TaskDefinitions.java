package io.ecsoperator.localecs.taskdefinition;

import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/** All revisions that can be described. Belongs to the world's thread. */
public final class TaskDefinitions {
  private static final Pattern REFERENCE =
      Pattern.compile("(?:arn:[^:]+:ecs:[^:]*:[^:]*:task-definition/)?([^:/]+)(?::([0-9]+))?");

  /**
   * How long a deregistered revision can still be used. In ECS, too, deregistration takes effect
   * with a delay.
   */
  private static final Duration LINGERING = Duration.ofMinutes(10);

  private final Scope scope;
  private final World world;
  private final SortedMap<String, Family> families = new TreeMap<>();

  public TaskDefinitions(Scope scope, World world) {
    this.scope = scope;
    this.world = world;
  }

  /** The revisions of one family. Revision numbers are never reused. */
  private static final class Family {
    private final NavigableMap<Integer, TaskDefinition> revisions = new TreeMap<>();
    private int last;
  }

  /**
   * The revision for a new task or service.
   *
   * @param reference a family (its newest active revision), family:revision, or an ARN
   * @throws EcsError ClientException when there is none, or it has been INACTIVE for too long
   */
  public TaskDefinition usable(String reference) {
    TaskDefinition found =
        find(reference).orElseThrow(() -> EcsError.client("TaskDefinition not found."));
    if (found.status() != TaskDefinitionStatus.ACTIVE && !isLingering(found)) {
      throw EcsError.client("TaskDefinition is inactive");
    }
    return found;
  }

  private boolean isLingering(TaskDefinition revision) {
    return revision.status() == TaskDefinitionStatus.INACTIVE
        && world.now().isBefore(revision.deregisteredAt().plus(LINGERING));
  }

  /**
   * The revision with this reference, whatever its status; for a family, its newest active
   * revision.
   */
  public Optional<TaskDefinition> find(@Nullable String reference) {
    if (reference == null) {
      return Optional.empty();
    }
    Matcher parts = REFERENCE.matcher(reference);
    Family family = parts.matches() ? families.get(parts.group(1)) : null;
    if (family == null) {
      return Optional.empty();
    }
    NavigableMap<Integer, TaskDefinition> revisions = family.revisions;
    if (parts.group(2) == null) {
      return revisions.descendingMap().values().stream()
          .filter(revision -> revision.status() == TaskDefinitionStatus.ACTIVE)
          .findFirst();
    }
    return revision(parts.group(2), revisions)
        .filter(
            found -> !reference.startsWith("arn:") || found.taskDefinitionArn().equals(reference));
  }

  private static Optional<TaskDefinition> revision(
      String number, NavigableMap<Integer, TaskDefinition> revisions) {
    return number.length() > 9
        ? Optional.empty()
        : Optional.ofNullable(revisions.get(Integer.parseInt(number)));
  }

  /** Adds the next revision of a family. */
  TaskDefinition add(String family, TaskDefinition definition) {
    Family history = families.computeIfAbsent(family, unknown -> new Family());
    history.last++;
    TaskDefinition revision =
        definition.toBuilder()
            .family(family)
            .revision(history.last)
            .taskDefinitionArn(scope.arn("task-definition/" + family + ":" + history.last))
            .build();
    history.revisions.put(history.last, revision);
    return revision;
  }

  void put(TaskDefinition changed) {
    existing(changed).revisions.put(changed.revision(), changed);
  }

  void remove(TaskDefinition gone) {
    existing(gone).revisions.remove(gone.revision());
  }

  private Family existing(TaskDefinition revision) {
    return Objects.requireNonNull(
        families.get(revision.family()), "A revision's family is never removed.");
  }

  /** The sorted names of all families that have a revision. */
  Stream<String> families() {
    return families.keySet().stream().filter(family -> !revisions(family).isEmpty());
  }

  /** The revisions of a family, sorted by number; empty for an unknown family. */
  Collection<TaskDefinition> revisions(String family) {
    Family known = families.get(family);
    return known == null ? List.of() : known.revisions.values();
  }
}
