package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.UpdateRequests;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Builds calls of TagResource and UntagResource. */
public final class TagCalls {
  static final String TAG = "TagResource";

  private static final String OWN_TAGS = "tags[ecs-operator.io/";

  private TagCalls() {}

  /** The calls that make the changes to the tags of a resource. */
  public static List<Action> of(String arn, List<FieldChange> changes, UpdateRequests updates) {
    List<FieldChange> ofTags =
        changes.stream().filter(change -> change.path().startsWith("tags[")).toList();
    UpdateRequests.TagUpdate tags = updates.tags(ofTags);
    List<Action> calls = new ArrayList<>();
    if (!tags.toPut().isEmpty()) {
      ObjectNode request = request(arn);
      request.set("tags", tags.toPut());
      calls.add(
          new Action.Call(
              TAG,
              request,
              ofTags.stream().filter(change -> !change.to().isMissingNode()).toList()));
    }
    if (!tags.keysToRemove().isEmpty()) {
      ObjectNode request = request(arn);
      tags.keysToRemove().forEach(request.putArray("tagKeys")::add);
      calls.add(
          new Action.Call(
              "UntagResource",
              request,
              ofTags.stream().filter(change -> change.to().isMissingNode()).toList()));
    }
    return calls;
  }

  /** Removes the owner tag from a resource that is retained. */
  public static Action release(String arn) {
    return release(arn, Owner.TAG);
  }

  /** Removes tags of this operator from a resource that is retained. */
  public static Action release(String arn, String... keys) {
    ObjectNode request = request(arn);
    Stream.of(keys).forEach(request.putArray("tagKeys")::add);
    return new Action.Call("UntagResource", request, List.of());
  }

  /** The changes without those to this operator's own tags. */
  public static List<FieldChange> withoutOwn(List<FieldChange> changes) {
    return changes.stream().filter(change -> !change.path().startsWith(OWN_TAGS)).toList();
  }

  /** Whether a plan makes an object the owner of a resource that was not its own. */
  static boolean takesOver(Plan plan) {
    return plan.actions().stream()
        .flatMap(action -> ((Action.Call) action).changes().stream())
        .anyMatch(change -> change.path().equals("tags[" + Owner.TAG + "]"));
  }

  /** The same calls, those that set the owner tag first. */
  static Plan ownerFirst(Plan plan) {
    return new Plan(
        plan.actions().stream()
            .sorted(Comparator.comparing(action -> !takesOver(new Plan(List.of(action)))))
            .toList());
  }

  static boolean isRefusalOfOwnTags(Action.Call call, AwsFailure failure) {
    return call.operation().equals(TAG)
        && failure.failureClass() == FailureClass.BLOCKED
        && !failure.resolvesByItself()
        && withoutOwn(call.changes()).isEmpty();
  }

  private static ObjectNode request(String arn) {
    return JsonNodeFactory.instance.objectNode().put("resourceArn", arn);
  }
}
