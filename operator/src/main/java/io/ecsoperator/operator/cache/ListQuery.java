package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A list operation of ECS and what narrows it down.
 *
 * @param member the member of the answers that holds the ARNs
 * @param filters members of the request beside those for paging
 */
public record ListQuery(String operation, String member, Map<String, String> filters) {
  /** The most ARNs that ECS puts on a page. */
  static final int PAGE_SIZE = 100;

  public ListQuery {
    // In this order requests and logs show them.
    filters = Collections.unmodifiableMap(new LinkedHashMap<>(filters));
  }

  public static ListQuery all(String operation, String member) {
    return new ListQuery(operation, member, Map.of());
  }

  /** The same list, narrowed down. */
  public ListQuery where(String filter, String value) {
    Map<String, String> more = new LinkedHashMap<>(filters);
    more.put(filter, value);
    return new ListQuery(operation, member, more);
  }

  /** The request for the first page. */
  ObjectNode request() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    filters.forEach(request::put);
    return request.put("maxResults", PAGE_SIZE);
  }

  /** How many pages a list of so many ARNs takes; an empty one takes one. */
  static int pages(int listed) {
    return Math.max(1, Math.ceilDiv(listed, PAGE_SIZE));
  }
}
