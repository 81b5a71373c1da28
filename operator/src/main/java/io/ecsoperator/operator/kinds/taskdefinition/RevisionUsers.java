package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads from every cluster of the account which revisions of a family are used by services, by
 * their deployments and task sets, and by tasks. This takes many calls, so it must run rarely.
 *
 * <p>A task that is to stop does not count, because it no longer needs its revision.
 */
final class RevisionUsers {
  private static final int MOST_SERVICES = 10;
  private static final int MOST_TASKS = 100;

  private static final EcsMember FAILURES =
      new EcsType(List.of("DescribeServicesResponse", "DescribeTasksResponse")).member("failures");
  private static final EcsType FAILURE = EcsType.of("Failure");
  private static final EcsMember REASON = FAILURE.member("reason");
  private static final EcsMember FAILED_ARN = FAILURE.member("arn");

  private final EcsReader ecs;

  RevisionUsers(EcsReader ecs) {
    this.ecs = ecs;
  }

  /**
   * @throws AwsFailure if a part of the account could not be read; the rest would be no basis to
   *     delete anything
   */
  RevisionsInUse of(String family) {
    FamilyUsage usage = new FamilyUsage(family);
    for (String cluster : ecs.list(ListQuery.all("ListClusters", "clusterArns"))) {
      try {
        describeServices(cluster, service -> usage.add(RevisionUser.ofService(service)));
        describeTasks(cluster, family, task -> usage.add(RevisionUser.ofTask(task)));
      } catch (AwsFailure failure) {
        // A cluster that was deleted meanwhile uses nothing.
        if (failure.failureClass() != FailureClass.NOT_FOUND) {
          throw failure;
        }
      }
    }
    return new RevisionsInUse(usage.arns, usage.rollingOut);
  }

  private void describeServices(String cluster, Consumer<JsonNode> each) {
    List<String> arns =
        ecs.list(ListQuery.all("ListServices", "serviceArns").where("cluster", cluster));
    describe("DescribeServices", cluster, "services", arns, MOST_SERVICES, each);
  }

  private void describeTasks(String cluster, String family, Consumer<JsonNode> each) {
    List<String> arns =
        ecs.list(
            ListQuery.all("ListTasks", "taskArns")
                .where("cluster", cluster)
                .where("family", family));
    describe("DescribeTasks", cluster, "tasks", arns, MOST_TASKS, each);
  }

  private void describe(
      String operation,
      String cluster,
      String list,
      List<String> arns,
      int atOnce,
      Consumer<JsonNode> each) {
    for (int from = 0; from < arns.size(); from += atOnce) {
      ObjectNode request = JsonNodeFactory.instance.objectNode().put("cluster", cluster);
      arns.subList(from, Math.min(from + atOnce, arns.size()))
          .forEach(request.withArrayProperty(list)::add);
      ObjectNode answer = ecs.query(operation, request);
      FAILURES.items(answer).forEach(failure -> requireMissing(operation, failure));
      answer.path(list).forEach(each);
    }
  }

  private static void requireMissing(String operation, JsonNode failure) {
    String reason = REASON.text(failure);
    if (!reason.equals("MISSING")) {
      throw AwsFailure.of(
          operation,
          FailureClass.TRANSIENT,
          reason,
          FAILED_ARN.text(failure) + " was not described.");
    }
  }

  /** What has been found so far. */
  private static final class FamilyUsage {
    private final String infix;
    private final Set<String> arns = new HashSet<>();
    private boolean rollingOut;

    FamilyUsage(String family) {
      this.infix = ":task-definition/" + family + ":";
    }

    void add(RevisionUser user) {
      List<String> used =
          user.taskDefinitions().stream().filter(arn -> arn.contains(infix)).toList();
      arns.addAll(used);
      rollingOut |= user.rollingOut() && !used.isEmpty();
    }
  }
}
