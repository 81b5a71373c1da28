package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What a list of ECS is asked for with.
 *
 * @param member where its answers have the ARNs
 * @param filters members of its request beside those that turn the pages
 */
record ListQuery(String operation, String member, Map<String, String> filters) {
  /** The most that ECS puts on a page. */
  static final int PAGE = 100;

  ListQuery {
    filters = Map.copyOf(filters);
  }

  /** The request for the first page. */
  ObjectNode request() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    filters.forEach(request::put);
    return request.put("maxResults", PAGE);
  }

  /** How many pages a list of so many takes; an empty one takes one too. */
  static int pages(int listed) {
    return Math.max(1, Math.ceilDiv(listed, PAGE));
  }
}
