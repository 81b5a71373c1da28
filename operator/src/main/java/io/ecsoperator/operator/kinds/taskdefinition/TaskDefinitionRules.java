package io.ecsoperator.operator.kinds.taskdefinition;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.plan.Equivalences.Equivalence.Rule;
import io.ecsoperator.plan.FieldPair;
import io.ecsoperator.plan.Rules;
import io.ecsoperator.plan.Values;
import java.math.BigDecimal;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which values of a task definition's fields ECS treats as equal, beyond defaults. */
final class TaskDefinitionRules {
  private static final BigDecimal UNITS_PER_VCPU_OR_GB = BigDecimal.valueOf(1024);

  /** In these modes host and container share ports. */
  private static final Set<String> SHARED_PORTS = Set.of("awsvpc", "host");

  private static final Set<String> ALL_PERMISSIONS = Set.of("read", "write", "mknod");

  private TaskDefinitionRules() {}

  /**
   * {@code 1024}, {@code "1024"}, {@code "1 vCPU"}; {@code "2048"}, {@code "2GB"}, {@code "2 GB"}.
   */
  static Rule quantity(String unit) {
    Pattern number =
        Pattern.compile(
            "(?<number>[0-9]*\\.?[0-9]+)\\s*(?<unit>" + unit + ")?", Pattern.CASE_INSENSITIVE);
    return Rules.textAs(
        text -> {
          Matcher matcher = number.matcher(text.strip());
          if (!matcher.matches()) {
            return text;
          }
          BigDecimal value = new BigDecimal(matcher.group("number"));
          return plain(
              matcher.group("unit") == null ? value : value.multiply(UNITS_PER_VCPU_OR_GB));
        });
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }

  /**
   * 0 is unset; in the network modes where host and container share ports, unset means the
   * container port.
   */
  static Rule hostPort() {
    return field -> {
      FieldPair mode = field.root().member("networkMode");
      FieldPair container = field.sibling("containerPort");
      return hostPort(field.desired(), container.desired(), mode.desired())
          == hostPort(field.observed(), container.observed(), mode.observed());
    };
  }

  private static int hostPort(JsonNode port, JsonNode containerPort, JsonNode networkMode) {
    boolean shared = SHARED_PORTS.contains(networkMode.asText(""));
    return port.asInt(0) == 0 && shared ? containerPort.asInt(0) : port.asInt(0);
  }

  /** Fargate runs a task on this platform where a definition for Fargate alone names none. */
  static Rule onFargate(String platform) {
    return field -> {
      FieldPair compatibilities = field.root().member("requiresCompatibilities");
      return onFargate(field.desired(), compatibilities.desired(), platform)
          .equals(onFargate(field.observed(), compatibilities.observed(), platform));
    };
  }

  private static String onFargate(JsonNode value, JsonNode compatibilities, String platform) {
    boolean fargateAlone =
        !compatibilities.isEmpty()
            && compatibilities.valueStream().allMatch(one -> one.asText().equals("FARGATE"));
    return value.asText("").isEmpty() && fargateAlone ? platform : value.asText("");
  }

  /** A container may do everything with a device that no permissions are named for. */
  static Rule permissions() {
    return field -> permissions(field.desired()).equals(permissions(field.observed()));
  }

  private static Set<String> permissions(JsonNode named) {
    return named.isEmpty()
        ? ALL_PERMISSIONS
        : named.valueStream().map(JsonNode::asText).collect(toUnmodifiableSet());
  }

  /** ECS runs a log router as user 0 and shows that, where a request leaves the user out. */
  static Rule user() {
    return field -> {
      FieldPair router = field.sibling("firelensConfiguration");
      return user(field.desired(), router.desired())
          .equals(user(field.observed(), router.observed()));
    };
  }

  private static String user(JsonNode user, JsonNode router) {
    return user.asText("").isEmpty() && !router.isMissingNode() ? "0" : user.asText("");
  }

  /** ECS does not keep it for a volume with the lifetime of its task. */
  static Rule autoprovision() {
    return field ->
        !Values.or(field.sibling("scope").desired(), TextNode.valueOf("task"))
                .asText()
                .equals("shared")
            || Values.same(field.desired(), field.observed());
  }
}
