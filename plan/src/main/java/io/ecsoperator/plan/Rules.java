package io.ecsoperator.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.plan.Equivalence.Rule;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of rules that {@link Equivalences} applies to fields. */
final class Rules {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final BigDecimal UNITS_PER_VCPU_OR_GB = BigDecimal.valueOf(1024);

  private Rules() {}

  /** Leaving the member out means {@code value}. */
  static Rule defaultsTo(String value) {
    return defaultsTo(TextNode.valueOf(value));
  }

  static Rule defaultsTo(int value) {
    return defaultsTo(IntNode.valueOf(value));
  }

  /** A boolean that ECS turns on; all others are off when left out. */
  static Rule defaultsToTrue() {
    return sides -> sides.desired().asBoolean(true) == sides.observed().asBoolean(true);
  }

  private static Rule defaultsTo(JsonNode value) {
    return sides -> Values.equal(or(sides.desired(), value), or(sides.observed(), value));
  }

  /** Both sides say the same once each text has been brought to one form. */
  static Rule textAs(UnaryOperator<String> form) {
    return sides -> formed(sides.desired(), form).equals(formed(sides.observed(), form));
  }

  private static String formed(JsonNode value, UnaryOperator<String> form) {
    return form.apply(value.asText(""));
  }

  /**
   * {@code 1024}, {@code "1024"}, {@code "1 vCPU"}; {@code "2048"}, {@code "2GB"}, {@code "2 GB"}.
   */
  static Rule quantity(String unit) {
    Pattern number =
        Pattern.compile(
            "(?<number>[0-9]*\\.?[0-9]+)\\s*(?<unit>" + unit + ")?", Pattern.CASE_INSENSITIVE);
    return textAs(
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

  static Rule ignoringCase() {
    return textAs(text -> text.toLowerCase(Locale.ROOT));
  }

  /**
   * The field of a placement strategy: {@code host} is {@code instanceId}, cpu and memory in any
   * case.
   */
  static Rule placementField() {
    return textAs(
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "host" -> "instanceId";
              case "cpu" -> "cpu";
              case "memory" -> "memory";
              default -> text;
            });
  }

  /** A resource by name on one side and by ARN on the other, whose last part is the name. */
  static Rule nameOrArn() {
    return sides -> {
      String desired = sides.desired().asText("");
      String observed = sides.observed().asText("");
      return isArn(desired) == isArn(observed)
          ? desired.equals(observed)
          : afterLast('/', desired).equals(afterLast('/', observed));
    };
  }

  /**
   * A Cloud Map namespace by name or by ARN. The ARN carries the id, not the name, so a name and an
   * ARN cannot be told apart and count as the same.
   */
  static Rule namespace() {
    return sides -> {
      String desired = sides.desired().asText("");
      String observed = sides.observed().asText("");
      boolean comparable =
          desired.isEmpty() || observed.isEmpty() || isArn(desired) == isArn(observed);
      return !comparable || desired.equals(observed);
    };
  }

  /** {@code family:revision} is its ARN; a bare family is any revision of it. */
  static Rule taskDefinition() {
    return sides -> {
      String desired = sides.desired().asText("");
      String observed = sides.observed().asText("");
      if (isArn(desired) && isArn(observed)) {
        return desired.equals(observed);
      }
      String wanted = afterLast('/', desired);
      String found = afterLast('/', observed);
      return wanted.contains(":") ? wanted.equals(found) : wanted.equals(found.split(":")[0]);
    };
  }

  /** {@code LATEST}, also by default, is whatever version ECS runs. */
  static Rule platformVersion() {
    return sides -> {
      String desired = sides.desired().asText("");
      return desired.isEmpty()
          || desired.equals("LATEST")
          || desired.equals(sides.observed().asText(""));
    };
  }

  /** A service shows its launch type or its strategy; where it shows neither, nothing is known. */
  static Rule launchType() {
    return sides ->
        Values.same(sides.desired(), sides.observed())
            || (Values.isUnset(sides.observed())
                && Values.isUnset(sides.sibling("capacityProviderStrategy").observed()));
  }

  /**
   * 0 is unset; in the network modes where host and container share ports, unset is the container
   * port.
   */
  static Rule hostPort() {
    return sides -> {
      FieldPair mode = sides.root().member("networkMode");
      FieldPair container = sides.sibling("containerPort");
      return hostPort(sides.desired(), container.desired(), mode.desired())
          == hostPort(sides.observed(), container.observed(), mode.observed());
    };
  }

  private static int hostPort(JsonNode port, JsonNode containerPort, JsonNode networkMode) {
    boolean shared = Set.of("awsvpc", "host").contains(networkMode.asText(""));
    return port.asInt(0) == 0 && shared ? containerPort.asInt(0) : port.asInt(0);
  }

  /** A percentage with one default for REPLICA and one for DAEMON, where ECS ignores the first. */
  static Rule percent(int replica, int daemon) {
    return sides -> {
      boolean isDaemon = isDaemon(sides.root());
      int unset = isDaemon ? daemon : replica;
      int desired = sides.desired().asInt(unset);
      return desired == sides.observed().asInt(unset) || (isDaemon && desired == replica);
    };
  }

  static boolean isDaemon(FieldPair service) {
    FieldPair strategy = service.member("schedulingStrategy");
    return or(strategy.desired(), strategy.observed()).asText().equals("DAEMON");
  }

  static boolean isDeployedByCodeDeploy(FieldPair service) {
    FieldPair type = service.member("deploymentController").member("type");
    return or(type.desired(), type.observed()).asText().equals("CODE_DEPLOY");
  }

  /** Leaving the member out means the value of the other one. */
  static Rule defaultsToSibling(String other) {
    return sides ->
        Values.same(
            or(sides.desired(), sides.sibling(other).desired()),
            or(sides.observed(), sides.sibling(other).observed()));
  }

  /**
   * Service Connect makes up {@code <discovery name>.<namespace>} for an alias without DNS name.
   */
  static Rule dnsName() {
    return sides -> {
      if (!Values.isUnset(sides.desired())) {
        return Values.equal(sides.desired(), sides.observed());
      }
      Optional<FieldPair> service = sides.enclosing().flatMap(FieldPair::enclosing);
      return Values.isUnset(sides.observed())
          || service.stream()
              .map(
                  s ->
                      or(s.member("discoveryName").desired(), s.member("portName").desired())
                          .asText())
              .anyMatch(name -> sides.observed().asText().startsWith(name + "."));
    };
  }

  /** During blue/green the production rule alternates between the two target groups of the pair. */
  static Rule targetGroup() {
    return sides ->
        Values.same(sides.desired(), sides.observed())
            || pair(sides.enclosing(), true).equals(pair(sides.enclosing(), false));
  }

  static Rule alternateTargetGroup() {
    return sides ->
        Values.same(sides.desired(), sides.observed())
            || pair(sides.enclosing().flatMap(FieldPair::enclosing), true)
                .equals(pair(sides.enclosing().flatMap(FieldPair::enclosing), false));
  }

  private static Set<String> pair(Optional<FieldPair> loadBalancer, boolean desired) {
    JsonNode node =
        loadBalancer.map(sides -> desired ? sides.desired() : sides.observed()).orElseThrow();
    return Set.copyOf(
        List.of(
            node.path("targetGroupArn").asText(""),
            node.path("advancedConfiguration").path("alternateTargetGroupArn").asText("")));
  }

  /** ECS does not keep it for a volume that lives and dies with its task. */
  static Rule autoprovision() {
    return sides ->
        !or(sides.sibling("scope").desired(), TextNode.valueOf("task")).asText().equals("shared")
            || Values.same(sides.desired(), sides.observed());
  }

  /** A JSON document, as such or as its text. */
  static Rule json() {
    return sides -> Values.same(parsed(sides.desired()), parsed(sides.observed()));
  }

  private static JsonNode parsed(JsonNode document) {
    if (!document.isTextual()) {
      return document;
    }
    try {
      return JSON.readTree(document.textValue());
    } catch (JsonProcessingException notJson) {
      return document;
    }
  }

  private static JsonNode or(JsonNode value, JsonNode otherwise) {
    return Values.isUnset(value) ? otherwise : value;
  }

  private static boolean isArn(String text) {
    return text.startsWith("arn:");
  }

  private static String afterLast(char separator, String text) {
    return text.substring(text.lastIndexOf(separator) + 1);
  }
}
