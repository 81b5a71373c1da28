package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResources.OwnedRule;
import io.ecsoperator.operator.cache.ExpectedState.Aspect;
import io.ecsoperator.operator.cache.WriteRule.Completion;
import io.ecsoperator.operator.cache.WriteRule.Shows;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Applies the {@link WriteRule rules} of all resources to the writes of the operator. */
final class WriteEffects {
  private final AwsResources resources;
  private final ResourceKeys keys;

  WriteEffects(AwsResources resources, ResourceKeys keys) {
    this.resources = resources;
    this.keys = keys;
  }

  /**
   * @throws IllegalStateException if no table has a rule for the operation
   */
  void requireRule(String operation) {
    if (TagWrites.of(operation).isEmpty()) {
      rule(operation);
    }
  }

  /**
   * What the answer to a write shows; empty for an answer that describes no resource.
   *
   * @throws IllegalStateException if no table has a rule for the operation
   */
  List<ExpectedState> of(String operation, ObjectNode request, ObjectNode answer) {
    return TagWrites.of(operation)
        .map(
            write ->
                keys.ofArn(TagWrites.arn(request)).stream()
                    .map(key -> write.expected(key, request))
                    .toList())
        .orElseGet(() -> shown(rule(operation), request, answer));
  }

  /**
   * The resources that a request names: the write changed them, or may have.
   *
   * @throws IllegalStateException if no table has a rule for the operation
   */
  List<ResourceKey> touched(String operation, ObjectNode request) {
    return TagWrites.of(operation)
        .map(write -> keys.ofArn(TagWrites.arn(request)).stream().toList())
        .orElseGet(
            () -> rule(operation).rule().touches().apply(request).stream().map(keys::of).toList());
  }

  private OwnedRule rule(String operation) {
    return resources
        .rule(operation)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No table says what " + operation + " does to resources"));
  }

  private List<ExpectedState> shown(OwnedRule owned, ObjectNode request, ObjectNode answer) {
    return owned.rule().shows().stream()
        .flatMap(
            shows ->
                shows
                    .descriptions()
                    .apply(answer)
                    .flatMap(described -> expected(owned.resource(), shows, request, described)))
        .toList();
  }

  private Stream<ExpectedState> expected(
      AwsResource resource, Shows shows, ObjectNode request, ObjectNode described) {
    return shows.refs().of(request, described).stream()
        .map(
            ref ->
                new ExpectedState(
                    keys.of(ref),
                    Aspect.STATE,
                    completion(resource, shows.completion(), request, described),
                    before -> shows.visibility().of(request, described, before)));
  }

  private static Function<Optional<ObjectNode>, Optional<ObjectNode>> completion(
      AwsResource resource, Completion completion, ObjectNode request, ObjectNode described) {
    return switch (completion) {
      case REQUEST -> {
        ObjectNode complete = completed(resource, described, request);
        yield stored -> Optional.of(complete);
      }
      case STORED -> stored -> stored.map(before -> completed(resource, described, before));
    };
  }

  /**
   * What a describe would show: answers to writes may lack, or leave empty, the members that
   * describes show only on request.
   */
  private static ObjectNode completed(
      AwsResource resource, ObjectNode described, ObjectNode before) {
    ObjectNode tree = described.deepCopy();
    resource.describe().include().stream()
        .map(Include::member)
        .filter(member -> tree.path(member).isEmpty() && before.has(member))
        .forEach(member -> tree.set(member, before.get(member).deepCopy()));
    return tree;
  }
}
