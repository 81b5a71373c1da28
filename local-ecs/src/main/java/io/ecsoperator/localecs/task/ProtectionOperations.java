package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.GetTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.GetTaskProtectionResponse;
import software.amazon.awssdk.services.ecs.model.ProtectedTask;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionResponse;

/** GetTaskProtection and UpdateTaskProtection, for tasks of services. */
public final class ProtectionOperations {
  private static final int MOST_TASKS = 10;
  private static final int STANDARD_MINUTES = 120;
  private static final int MOST_MINUTES = 2880;

  private final Scope scope;
  private final World world;
  private final Clusters clusters;
  private final Tasks tasks;

  public ProtectionOperations(Scope scope, World world, Clusters clusters, Tasks tasks) {
    this.scope = scope;
    this.world = world;
    this.clusters = clusters;
    this.tasks = tasks;
  }

  public void addTo(OperationTable table) {
    table
        .add(GetTaskProtectionRequest.class, this::get)
        .add(UpdateTaskProtectionRequest.class, this::update);
  }

  /** The protection of the requested tasks, and the failures for those that have none. */
  private record Protections(List<ProtectedTask> tasks, List<Failure> failures) {}

  private GetTaskProtectionResponse get(GetTaskProtectionRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    Protections found = each(cluster, request.tasks(), UnaryOperator.identity());
    return GetTaskProtectionResponse.builder()
        .protectedTasks(found.tasks())
        .failures(found.failures())
        .build();
  }

  private UpdateTaskProtectionResponse update(UpdateTaskProtectionRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    if (request.protectionEnabled() == null) {
      throw EcsError.invalidParameter("protectionEnabled can not be blank.");
    }
    Integer minutes = request.expiresInMinutes();
    if (minutes != null && (minutes < 1 || minutes > MOST_MINUTES)) {
      throw EcsError.invalidParameter(
          "expiresInMinutes must be between 1 and " + MOST_MINUTES + ".");
    }
    Optional<Instant> until =
        request.protectionEnabled()
            ? Optional.of(
                world.now().plus(Duration.ofMinutes(minutes == null ? STANDARD_MINUTES : minutes)))
            : Optional.empty();
    Protections found =
        each(
            cluster,
            request.tasks(),
            state -> {
              tasks.protect(state, until);
              return tasks.find(cluster.clusterArn(), state.task().taskArn()).orElseThrow();
            });
    return UpdateTaskProtectionResponse.builder()
        .protectedTasks(found.tasks())
        .failures(found.failures())
        .build();
  }

  private Protections each(
      Cluster cluster, List<String> references, UnaryOperator<TaskState> change) {
    if (references.isEmpty()) {
      throw EcsError.invalidParameter("Tasks cannot be empty.");
    }
    if (references.size() > MOST_TASKS) {
      throw EcsError.invalidParameter("Tasks cannot have more than " + MOST_TASKS + " items.");
    }
    List<ProtectedTask> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : references) {
      String arn =
          reference.startsWith("arn:")
              ? reference
              : scope.arn("task/" + cluster.clusterName() + "/" + reference);
      Optional<TaskState> task = tasks.find(cluster.clusterArn(), arn);
      if (task.isEmpty()) {
        failures.add(failure(arn, "MISSING", null));
      } else if (!isOfService(task.get()) || !task.get().isWanted()) {
        failures.add(
            failure(
                arn,
                "TASK_NOT_VALID",
                "The specified task is not a running task of an Amazon ECS service."));
      } else {
        found.add(shown(change.apply(task.get())));
      }
    }
    return new Protections(found, failures);
  }

  private static boolean isOfService(TaskState state) {
    return state.task().group().startsWith("service:");
  }

  private static Failure failure(String arn, String reason, @Nullable String detail) {
    return Failure.builder().arn(arn).reason(reason).detail(detail).build();
  }

  private static ProtectedTask shown(TaskState state) {
    return ProtectedTask.builder()
        .taskArn(state.task().taskArn())
        .protectionEnabled(state.protectedUntil().isPresent())
        .expirationDate(state.protectedUntil().orElse(null))
        .build();
  }
}
