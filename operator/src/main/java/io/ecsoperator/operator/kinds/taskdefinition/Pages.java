package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.EcsReader;
import java.util.ArrayList;
import java.util.List;

/** Lists of ECS, read to their end. */
final class Pages {
  /** The most that ECS puts on a page. */
  private static final int SIZE = 100;

  private final EcsReader ecs;

  Pages(EcsReader ecs) {
    this.ecs = ecs;
  }

  /**
   * The ARNs of every page.
   *
   * @param list the member of the answers that holds them
   * @param filters members of the request and their values, in turn
   * @throws io.ecsoperator.operator.aws.AwsFailure when ECS cannot be asked
   */
  List<String> all(String operation, String list, String... filters) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("maxResults", SIZE);
    for (int i = 0; i < filters.length; i += 2) {
      request.put(filters[i], filters[i + 1]);
    }
    List<String> arns = new ArrayList<>();
    JsonNode token;
    do {
      ObjectNode page = ecs.query(operation, request);
      page.path(list).forEach(arn -> arns.add(arn.asText()));
      token = page.path("nextToken");
      request.set("nextToken", token);
    } while (token.isTextual());
    return arns;
  }
}
