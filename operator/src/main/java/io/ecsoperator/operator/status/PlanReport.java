package io.ecsoperator.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.FieldDifference;
import io.ecsoperator.crds.PlanStatus;
import io.ecsoperator.crds.PlannedAction;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A plan, as status and Events show it: bounded, and without values that may be secret. */
public final class PlanReport {
  private static final int MAX_CHANGES = 50;
  private static final int MAX_CHARACTERS = 8 * 1024;

  private PlanReport() {}

  /** For {@code status.plan}: {@value #MAX_CHANGES} changes and 8 KiB at most; empty for none. */
  public static Optional<PlanStatus> of(Plan plan) {
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    int shown = 0;
    int omitted = 0;
    int characters = 0;
    List<PlannedAction> actions = new ArrayList<>();
    for (Action action : plan.actions()) {
      Action.Call call = (Action.Call) action;
      List<FieldDifference> changes = new ArrayList<>();
      for (FieldChange change : call.changes()) {
        FieldDifference difference = difference(change);
        characters += difference.toString().length();
        if (shown < MAX_CHANGES && characters <= MAX_CHARACTERS) {
          shown++;
          changes.add(difference);
        } else {
          omitted++;
        }
      }
      actions.add(new PlannedAction(call.operation(), changes));
    }
    return Optional.of(new PlanStatus(actions, omitted == 0 ? null : omitted));
  }

  /** The reason of the Event that tells of a call that worked. */
  public static String eventReason(Action.Call call) {
    return switch (call.operation()) {
      case "CreateCluster", "CreateService" -> "Created";
      case "RegisterTaskDefinition" -> "Registered";
      case "DeregisterTaskDefinition" -> "Deregistered";
      case "DeleteCluster", "DeleteService", "DeleteTaskDefinitions" -> "Deleted";
      case "RunTask" -> "Started";
      case "StopTask" -> "Stopped";
      default -> "Updated";
    };
  }

  /** The operation and the fields that made it necessary. */
  public static String eventText(Action.Call call) {
    String fields =
        call.changes().stream().map(FieldChange::path).limit(10).collect(Collectors.joining(", "));
    return fields.isEmpty() ? call.operation() + "." : call.operation() + ": " + fields + ".";
  }

  private static FieldDifference difference(FieldChange change) {
    return new FieldDifference(change.path(), shown(change.from()), shown(change.to()));
  }

  private static JsonNode shown(JsonNode value) {
    return value.isMissingNode() ? null : value;
  }
}
