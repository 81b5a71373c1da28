package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.ListQuery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks every cluster of the account which revisions of a family its services, their deployments and
 * task sets, and its tasks use. That takes many calls: to be asked rarely.
 *
 * <p>A task that has been told to stop does not count: it needs its revision no more.
 */
final class RevisionUsers {
  private static final int MOST_SERVICES = 10;
  private static final int MOST_TASKS = 100;

  private final EcsReader ecs;

  RevisionUsers(EcsReader ecs) {
    this.ecs = ecs;
  }

  /**
   * @throws AwsFailure when a part of the account could not be asked: then nothing is known
   */
  RevisionsInUse of(String family) {
    Tally tally = new Tally(family);
    for (String cluster : ecs.list(ListQuery.all("ListClusters", "clusterArns"))) {
      try {
        describeServices(cluster, tally::addService);
        describeTasks(cluster, family, task -> tally.add(task.path("taskDefinitionArn")));
      } catch (AwsFailure failure) {
        // A cluster that was deleted meanwhile uses nothing.
        if (failure.failureClass() != FailureClass.NOT_FOUND) {
          throw failure;
        }
      }
    }
    return new RevisionsInUse(tally.arns, tally.rollingOut);
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
      answer.path("failures").forEach(failure -> requireGone(operation, failure));
      answer.path(list).forEach(each);
    }
  }

  private static void requireGone(String operation, JsonNode failure) {
    String reason = failure.path("reason").asText();
    if (!reason.equals("MISSING")) {
      throw AwsFailure.of(
          operation,
          FailureClass.TRANSIENT,
          reason,
          failure.path("arn").asText() + " was not described.");
    }
  }

  /** What one look at the account has found so far. */
  private static final class Tally {
    private final String infix;
    private final Set<String> arns = new HashSet<>();
    private boolean rollingOut;

    Tally(String family) {
      this.infix = ":task-definition/" + family + ":";
    }

    boolean add(JsonNode taskDefinition) {
      boolean ofFamily = taskDefinition.asText().contains(infix);
      if (ofFamily) {
        arns.add(taskDefinition.asText());
      }
      return ofFamily;
    }

    void addService(JsonNode service) {
      List<JsonNode> parts = new ArrayList<>();
      parts.add(service);
      service.path("deployments").forEach(parts::add);
      service.path("taskSets").forEach(parts::add);
      boolean usesFamily = false;
      for (JsonNode part : parts) {
        usesFamily |= add(part.path("taskDefinition"));
      }
      rollingOut |= usesFamily && isRollingOut(service);
    }

    private static boolean isRollingOut(JsonNode service) {
      return service
          .path("deployments")
          .valueStream()
          .anyMatch(deployment -> deployment.path("rolloutState").asText().equals("IN_PROGRESS"));
    }
  }
}
