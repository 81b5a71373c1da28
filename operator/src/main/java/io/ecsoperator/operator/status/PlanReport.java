package io.ecsoperator.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.crds.FieldDifference;
import io.ecsoperator.crds.PlanStatus;
import io.ecsoperator.crds.PlannedAction;
import io.ecsoperator.operator.secrets.Confidential;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plan, as status and Events show it: bounded, and with confidential values masked. A change of a
 * confidential value is shown as a change from a mask to a mask.
 */
public final class PlanReport {
  private static final int MAX_CHANGES = 50;
  private static final int MAX_BYTES = 8 * 1024;

  /** What JSON needs around an operation and its changes, and around the whole. */
  private static final int FRAME_BYTES = 64;

  /** A longer value is cut where a sentence has it. */
  private static final int MAX_VALUE_LENGTH = 120;

  private PlanReport() {}

  /** For {@code status.plan}: {@value #MAX_CHANGES} changes and 8 KiB at most; empty for none. */
  public static Optional<PlanStatus> of(Plan plan) {
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    int shown = 0;
    int omitted = 0;
    int bytes = FRAME_BYTES * (plan.calls().size() + 1);
    List<PlannedAction> actions = new ArrayList<>();
    for (Plan.Call call : plan.calls()) {
      List<FieldDifference> changes = new ArrayList<>();
      for (FieldChange change : call.changes()) {
        FieldDifference difference = difference(change);
        int size = size(difference);
        if (shown < MAX_CHANGES && bytes + size <= MAX_BYTES) {
          shown++;
          bytes += size;
          changes.add(difference);
        } else {
          omitted++;
        }
      }
      actions.add(new PlannedAction(call.operation(), changes));
    }
    return Optional.of(new PlanStatus(actions, omitted == 0 ? null : omitted));
  }

  private static int size(FieldDifference difference) {
    return FRAME_BYTES
        + size(TextNode.valueOf(difference.path()))
        + size(difference.from())
        + size(difference.to());
  }

  private static int size(@Nullable JsonNode value) {
    return value == null ? 0 : value.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** The operation and the fields that made it necessary. */
  public static String eventText(Plan.Call call) {
    String fields =
        call.changes().stream().map(FieldChange::path).limit(10).collect(Collectors.joining(", "));
    return fields.isEmpty() ? call.operation() + "." : call.operation() + ": " + fields + ".";
  }

  /** The field, the wanted value and the one that ECS shows, as part of a sentence. */
  public static String differenceText(FieldChange change) {
    FieldDifference difference = difference(change);
    return change.path()
        + " (wanted: "
        + valueText(difference.to())
        + ", shown: "
        + valueText(difference.from())
        + ")";
  }

  private static String valueText(@Nullable JsonNode value) {
    String text = value == null ? "none" : value.toString();
    return text.length() <= MAX_VALUE_LENGTH ? text : text.substring(0, MAX_VALUE_LENGTH) + "...";
  }

  private static FieldDifference difference(FieldChange change) {
    return new FieldDifference(
        change.path(), shown(change.path(), change.from()), shown(change.path(), change.to()));
  }

  private static @Nullable JsonNode shown(String path, JsonNode value) {
    return value.isMissingNode() ? null : Confidential.masked(path, value);
  }
}
