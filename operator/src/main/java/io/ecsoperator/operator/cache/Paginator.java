package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A list of ECS that is being read, page by page. Nothing is told before its last page: what is not
 * listed yet is not missing.
 */
final class Paginator {
  private final Ecs ecs;
  private final ListQuery query;
  private final ObjectNode request;
  private final LogicalTime startedAt;
  private final Set<String> ids = new HashSet<>();
  private int pages;
  private boolean complete;

  /**
   * @param startedAt when its first page is asked for
   */
  Paginator(Ecs ecs, ListQuery query, LogicalTime startedAt) {
    this.ecs = ecs;
    this.query = query;
    this.request = query.request();
    this.startedAt = startedAt;
  }

  /**
   * Reads the next page.
   *
   * @return the list, if this was its last page
   * @throws AwsFailure when the page could not be had; it is the next one still
   */
  Optional<Listing> next(CallContext callContext) {
    if (complete) {
      throw new IllegalStateException("no page follows the last");
    }
    ObjectNode answer = ecs.read(query.operation(), request, callContext).tree();
    if (!answer.path(query.member()).isArray()) {
      throw AwsFailure.of(
          query.operation(), FailureClass.TRANSIENT, "NoAnswer", "The answer has no list.");
    }
    pages++;
    for (JsonNode arn : answer.path(query.member())) {
      ids.add(arn.asText().substring(arn.asText().lastIndexOf('/') + 1));
    }
    JsonNode token = answer.path("nextToken");
    request.set("nextToken", token);
    complete = !token.isTextual();
    return complete ? Optional.of(new Listing(startedAt, Set.copyOf(ids))) : Optional.empty();
  }

  /** How many pages have been read. */
  int pages() {
    return pages;
  }
}
