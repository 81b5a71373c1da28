package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The operator's own tags: how they are removed, and which calls and changes concern them. */
public final class OwnTags {
  static final String TAG = "TagResource";

  private static final String OWN_TAGS = "tags[ecs-operator.io/";

  private OwnTags() {}

  /**
   * Removes the owner tag from a resource that is retained.
   *
   * @param json the resource as ECS describes it
   * @return no call if it has no owner tag
   */
  public static List<Plan.Call> release(JsonNode json, String arn) {
    return Tags.value(json, Owner.TAG).isEmpty() ? List.of() : List.of(release(arn, Owner.TAG));
  }

  /** Removes tags of this operator from a resource that is retained. */
  public static Plan.Call release(String arn, String... keys) {
    ObjectNode request = request(arn);
    Stream.of(keys).forEach(request.putArray("tagKeys")::add);
    return new Plan.Call("UntagResource", request, List.of());
  }

  /** The changes without those to this operator's own tags. */
  static List<FieldChange> withoutOwn(List<FieldChange> changes) {
    return changes.stream().filter(change -> !change.path().startsWith(OWN_TAGS)).toList();
  }

  /** Whether a plan makes an object the owner of a resource that was not its own. */
  static boolean takesOver(Plan plan) {
    return plan.calls().stream().anyMatch(OwnTags::takesOver);
  }

  private static boolean takesOver(Plan.Call call) {
    return call.changes().stream()
        .anyMatch(change -> change.path().equals("tags[" + Owner.TAG + "]"));
  }

  /** The same calls, those that set the owner tag first. */
  static Plan ownerFirst(Plan plan) {
    return new Plan(
        plan.calls().stream().sorted(Comparator.comparing(call -> !takesOver(call))).toList());
  }

  static boolean isRefusalOfOwnTags(Plan.Call call, AwsFailure failure) {
    return call.operation().equals(TAG)
        && failure.failureClass() == FailureClass.BLOCKED
        && !failure.resolvesByItself()
        && withoutOwn(call.changes()).isEmpty();
  }

  static ObjectNode request(String arn) {
    return JsonNodeFactory.instance.objectNode().put("resourceArn", arn);
  }
}
