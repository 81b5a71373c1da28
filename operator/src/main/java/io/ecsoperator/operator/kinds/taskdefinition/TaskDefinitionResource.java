package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Completion;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Shows;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.ListRule;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.cache.Scope;
import io.ecsoperator.operator.cache.WriteVisibility;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the cache knows about task definitions. They are versioned: the name is the family, and a
 * version is a revision. The body of a revision never changes, but its status and tags do.
 */
public final class TaskDefinitionResource {
  private static final String NAME = "task_definition";
  private static final EcsMember FAMILY =
      EcsType.request("RegisterTaskDefinition").member("family");
  private static final EcsMember DEREGISTERED =
      EcsType.request("DeregisterTaskDefinition").member("taskDefinition");
  private static final EcsMember DELETED =
      EcsType.request("DeleteTaskDefinitions").member("taskDefinitions");
  private static final WriteVisibility.StatusLadder LADDER =
      WriteVisibility.StatusLadder.of("INACTIVE", "DELETE_IN_PROGRESS");

  public static final AwsResource TABLE =
      new AwsResource(
          NAME,
          AwsResource.ArnForm.of(Scope.REGION, "task-definition"),
          new Describe.Single(
              "DescribeTaskDefinition",
              "taskDefinition",
              List.of(Describe.Include.TAGS),
              Describe.KeptMembers.ALL),
          revision -> false,
          List.of(
              WriteRule.of(
                  "RegisterTaskDefinition",
                  request -> List.of(ref(FAMILY.text(request))),
                  new Shows(
                      TaskDefinitionResource::registeredWithTags,
                      // Of the family too, as its newest revision.
                      (_, revision) -> withFamily(arn(revision)),
                      Completion.REQUEST,
                      TaskDefinitionResource::registered)),
              WriteRule.of(
                  "DeregisterTaskDefinition",
                  request -> withFamily(DEREGISTERED.text(request)),
                  Shows.changed(
                      "taskDefinition",
                      TaskDefinitionResource::shown,
                      TaskDefinitionResource::withdrawn)),
              WriteRule.of(
                  "DeleteTaskDefinitions",
                  TaskDefinitionResource::deleted,
                  Shows.changed(
                      "taskDefinitions",
                      TaskDefinitionResource::shown,
                      TaskDefinitionResource::withdrawn))),
          Optional.of(
              new ListRule.Versions(
                  ListQuery.all("ListTaskDefinitions", "taskDefinitionArns")
                      .where("status", "ACTIVE"))));

  private TaskDefinitionResource() {}

  /**
   * @param familyOrRevision an ARN or {@code family:revision}; a family means its newest ACTIVE
   *     revision
   */
  static ResourceRef ref(String familyOrRevision) {
    return ResourceRef.inRegion(NAME, familyOrRevision);
  }

  private static List<ResourceRef> withFamily(String revision) {
    return List.of(ref(revision), ref(Arn.nameWithoutRevision(revision)));
  }

  private static String arn(ObjectNode revision) {
    return new DescribedTaskDefinition(revision).arn();
  }

  private static List<ResourceRef> shown(ObjectNode request, ObjectNode revision) {
    return List.of(ref(arn(revision)));
  }

  private static List<ResourceRef> deleted(ObjectNode request) {
    return DELETED.texts(request).flatMap(revision -> withFamily(revision).stream()).toList();
  }

  private static Stream<ObjectNode> registeredWithTags(ObjectNode answer) {
    return WriteRule.in(answer, "taskDefinition")
        .map(revision -> Describe.withTags(revision, answer));
  }

  private static Predicate<Observation> registered(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    return WriteVisibility.present(
        read ->
            new DescribedTaskDefinition(read).revision()
                >= new DescribedTaskDefinition(answer).revision());
  }

  private static Predicate<Observation> withdrawn(
      ObjectNode request, ObjectNode answer, Optional<ObjectNode> before) {
    return WriteVisibility.absentOr(read -> LADDER.rank(read) >= LADDER.rank(answer));
  }
}
