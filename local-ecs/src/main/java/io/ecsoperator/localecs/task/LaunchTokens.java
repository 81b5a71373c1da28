package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.protocol.EcsError;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

/** The client tokens of RunTask. A token identifies one call in its cluster. */
final class LaunchTokens {
  private static final Duration LIFE = Duration.ofHours(24);

  private final Map<Key, Use> uses = new HashMap<>();

  private record Key(String clusterArn, String token) {}

  private record Use(RunTaskRequest request, List<String> taskArns, Instant at) {}

  /**
   * The tasks that an earlier call with the same token and arguments started.
   *
   * @param isKnown whether a task can still be described; a token expires with its tasks
   * @throws EcsError ConflictException when the earlier call had other arguments
   */
  Optional<List<String>> earlier(
      String clusterArn, RunTaskRequest request, Instant now, Predicate<String> isKnown) {
    Key key = new Key(clusterArn, request.clientToken());
    Use use = uses.get(key);
    if (request.clientToken() == null || use == null) {
      return Optional.empty();
    }
    if (use.at().plus(LIFE).isBefore(now) || use.taskArns().stream().noneMatch(isKnown)) {
      uses.remove(key);
      return Optional.empty();
    }
    if (!use.request().equals(request)) {
      throw EcsError.conflict(
          "The client token was used before with other parameters.", use.taskArns());
    }
    return Optional.of(use.taskArns());
  }

  void remember(String clusterArn, RunTaskRequest request, List<String> taskArns, Instant now) {
    if (request.clientToken() != null && !taskArns.isEmpty()) {
      uses.put(new Key(clusterArn, request.clientToken()), new Use(request, taskArns, now));
    }
  }
}
