package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Completion;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Shows;
import io.ecsoperator.operator.cache.AwsResources.OwnedRule;
import io.ecsoperator.operator.cache.WriteEffects.ExpectedState.Aspect;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Applies the {@link WriteRule rules} of all resources to the writes of the operator. */
final class WriteEffects {
  private final AwsResources resources;
  private final ResourceKey.Factory keys;

  WriteEffects(AwsResources resources, ResourceKey.Factory keys) {
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

  /** Whether a table, or the rule for tags, says what an operation does to resources. */
  boolean isKnown(String operation) {
    return TagWrites.of(operation).isPresent() || resources.rule(operation).isPresent();
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
        .map(Describe.Include::member)
        .filter(member -> tree.path(member).isEmpty() && before.has(member))
        .forEach(member -> tree.set(member, before.get(member).deepCopy()));
    return tree;
  }

  /** The writes that change the tags of any resource, which they name by its ARN. */
  enum TagWrites {
    TAG("TagResource", TagWrites::withTags, WriteVisibility::tagged),
    UNTAG("UntagResource", TagWrites::withoutTags, WriteVisibility::untagged);

    private interface Change {
      ObjectNode apply(ObjectNode before, ObjectNode request);
    }

    private final String operation;
    private final Change change;
    private final Function<ObjectNode, Predicate<Observation>> visibility;

    TagWrites(
        String operation, Change change, Function<ObjectNode, Predicate<Observation>> visibility) {
      this.operation = operation;
      this.change = change;
      this.visibility = visibility;
    }

    static Optional<TagWrites> of(String operation) {
      return Arrays.stream(values()).filter(write -> write.operation.equals(operation)).findFirst();
    }

    static String arn(ObjectNode request) {
      return request.path("resourceArn").asText();
    }

    ExpectedState expected(ResourceKey key, ObjectNode request) {
      return new ExpectedState(
          key,
          ExpectedState.Aspect.TAGS,
          stored -> stored.map(before -> change.apply(before, request)),
          _ -> visibility.apply(request));
    }

    private static ObjectNode withTags(ObjectNode before, ObjectNode request) {
      Set<JsonNode> keys =
          request
              .path("tags")
              .valueStream()
              .map(tag -> tag.path("key"))
              .collect(Collectors.toSet());
      ObjectNode after = retain(before, tag -> !keys.contains(tag.path("key")));
      request.path("tags").forEach(tag -> after.withArray("tags").add(tag.deepCopy()));
      return after;
    }

    private static ObjectNode withoutTags(ObjectNode before, ObjectNode request) {
      Set<JsonNode> keys = new HashSet<>();
      request.path("tagKeys").forEach(keys::add);
      return retain(before, tag -> !keys.contains(tag.path("key")));
    }

    private static ObjectNode retain(ObjectNode before, Predicate<JsonNode> kept) {
      ObjectNode after = before.deepCopy();
      ArrayNode tags = after.putArray("tags");
      before.path("tags").valueStream().filter(kept).forEach(tags::add);
      return after;
    }
  }

  /**
   * The state of one resource after a write, as the answer to the write shows it.
   *
   * @param aspect an expected state replaces the one before of the same aspect; those of different
   *     aspects hold at the same time
   * @param tree the description after the write, from the stored one; empty if the answer and the
   *     stored description together are not enough
   * @param visibleIn from the stored description before the write: true for an observation that ECS
   *     made after it had seen the write
   */
  record ExpectedState(
      ResourceKey key,
      Aspect aspect,
      Function<Optional<ObjectNode>, Optional<ObjectNode>> tree,
      Function<Optional<ObjectNode>, Predicate<Observation>> visibleIn) {

    enum Aspect {
      STATE,
      TAGS
    }
  }
}
