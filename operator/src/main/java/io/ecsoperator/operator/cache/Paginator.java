package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads a list of ECS page by page. It yields nothing before the last page: an ARN that is not on
 * the first pages is not missing.
 */
public final class Paginator {
  private final ListQuery query;
  private final ObjectNode request;
  private final List<String> arns = new ArrayList<>();
  private int pages;
  private boolean complete;

  public Paginator(ListQuery query) {
    this.query = query;
    this.request = query.request();
  }

  /**
   * Reads all pages.
   *
   * @param read answers an operation and its request
   * @throws AwsFailure if a page could not be read
   */
  public List<String> all(BiFunction<String, ObjectNode, ObjectNode> read) {
    Optional<List<String>> all = Optional.empty();
    while (all.isEmpty()) {
      all = next(read);
    }
    return all.get();
  }

  /**
   * Reads the next page.
   *
   * @param read answers an operation and its request
   * @return all ARNs if this was the last page
   * @throws AwsFailure if the page could not be read; it stays the next one
   */
  public Optional<List<String>> next(BiFunction<String, ObjectNode, ObjectNode> read) {
    if (complete) {
      throw new IllegalStateException("no page follows the last");
    }
    ObjectNode answer = read.apply(query.operation(), request.deepCopy());
    if (!answer.path(query.member()).isArray()) {
      throw AwsFailure.of(
          query.operation(), FailureClass.TRANSIENT, "NoAnswer", "The answer has no list.");
    }
    pages++;
    answer.path(query.member()).forEach(arn -> arns.add(arn.asText()));
    JsonNode token = answer.path("nextToken");
    request.set("nextToken", token);
    complete = !token.isTextual();
    return complete ? Optional.of(List.copyOf(arns)) : Optional.empty();
  }

  /** How many pages have been read. */
  int pages() {
    return pages;
  }
}
