package io.ecsoperator.operator.taskdefinition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.Revision;
import io.ecsoperator.operator.desired.Claim;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.replica.EcsReader;
import io.ecsoperator.operator.replica.Freshness;
import io.ecsoperator.operator.replica.Reading;
import java.util.ArrayList;
import java.util.List;

/** The revisions of a family that an object has registered, told by tag or by its own history. */
final class OwnRevisions {
  private final EcsReader ecs;
  private final Ownership ownership;

  OwnRevisions(EcsReader ecs, Ownership ownership) {
    this.ecs = ecs;
    this.ownership = ownership;
  }

  /**
   * ARNs, newest first; others' revisions of the family are not among them.
   *
   * @param status ACTIVE or INACTIVE
   * @throws io.ecsoperator.operator.aws.AwsFailure when ECS cannot be asked
   */
  List<String> of(Desired desired, List<Revision> history, String status) {
    List<String> own = new ArrayList<>();
    for (String arn : list(desired.nameOr("family"), status)) {
      switch (ecs.taskDefinition(arn, Freshness.NOW)) {
        case Reading.Present(ObjectNode revision) -> {
          // Lists lag behind.
          boolean stillSo = revision.path("status").asText().equals(status);
          if (stillSo && isOwn(desired, history, arn, revision)) {
            own.add(arn);
          }
        }
        case Reading.Absent gone -> {}
        case Reading.Unknown unknown -> throw unknown.why();
      }
    }
    return own;
  }

  private boolean isOwn(Desired desired, List<Revision> history, String arn, ObjectNode revision) {
    return switch (ownership.owner().claim(revision, desired.key())) {
      case Claim.Ours() -> true;
      case Claim.Others(String other) -> false;
      case Claim.Untagged() -> history.stream().anyMatch(known -> arn.equals(known.arn()));
    };
  }

  private List<String> list(String family, String status) {
    List<String> arns = new ArrayList<>();
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("familyPrefix", family)
            .put("status", status)
            .put("sort", "DESC");
    JsonNode token;
    do {
      ObjectNode page = ecs.query("ListTaskDefinitions", request);
      page.path("taskDefinitionArns").forEach(arn -> arns.add(arn.asText()));
      token = page.path("nextToken");
      request.set("nextToken", token);
    } while (token.isTextual());
    return arns;
  }
}
