package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How ECS describes resources of one type. */
public sealed interface Describe {
  String operation();

  /** How many resources one call describes at most. */
  int limit();

  /** What the request has to ask for. */
  List<Include> include();

  KeptMembers kept();

  /**
   * The request for some resources.
   *
   * @param cluster the cluster that they live in; empty if they live in none
   */
  ObjectNode request(String cluster, Collection<String> ids);

  /** True if ECS answered the question, even if it found nothing. */
  boolean isAnswer(ObjectNode answer);

  /**
   * The descriptions in an answer, by each id that a caller may have asked with.
   *
   * @param asked the first id in the request
   */
  Map<String, ObjectNode> found(String asked, ObjectNode answer);

  /**
   * Describes many resources in one call.
   *
   * @param members where requests and answers have names, ARNs and descriptions
   */
  record Batch(
      String operation, int limit, Members members, List<Include> include, KeptMembers kept)
      implements Describe {
    public Batch {
      include = List.copyOf(include);
    }

    @Override
    public ObjectNode request(String cluster, Collection<String> ids) {
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      ArrayNode names = request.putArray(members.list());
      ids.forEach(names::add);
      return withClusterAndInclude(request, cluster, include);
    }

    @Override
    public boolean isAnswer(ObjectNode answer) {
      return answer.has(members.list()) || answer.has("failures");
    }

    @Override
    public Map<String, ObjectNode> found(String asked, ObjectNode answer) {
      Map<String, ObjectNode> found = new HashMap<>();
      for (JsonNode item : answer.path(members.list())) {
        ObjectNode tree = kept.select((ObjectNode) item);
        found.put(item.path(members.arn()).asText(), tree);
        found.put(members.id(item), tree);
      }
      return found;
    }
  }

  /**
   * Describes one resource in a call. The answer has the resource's tags beside its description;
   * the cache stores them in it.
   *
   * @param member what the request names it with, and where the answer describes it
   */
  record Single(String operation, String member, List<Include> include, KeptMembers kept)
      implements Describe {
    public Single {
      include = List.copyOf(include);
    }

    @Override
    public int limit() {
      return 1;
    }

    @Override
    public ObjectNode request(String cluster, Collection<String> ids) {
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      request.put(member, ids.iterator().next());
      return withClusterAndInclude(request, cluster, include);
    }

    @Override
    public boolean isAnswer(ObjectNode answer) {
      return answer.has(member) || answer.has("failures");
    }

    @Override
    public Map<String, ObjectNode> found(String asked, ObjectNode answer) {
      // A description without any value describes nothing.
      return answer.get(member) instanceof ObjectNode described
              && described.valueStream().anyMatch(JsonNode::isValueNode)
          ? Map.of(asked, kept.select(withTags(described, answer)))
          : Map.of();
    }
  }

  /**
   * Member names of a {@link Batch}.
   *
   * @param list the names in a request and the descriptions in its answer
   * @param name the name in a description; empty if the name is the last segment of the ARN
   */
  record Members(String list, String arn, Optional<String> name) {
    public static Members named(String list, String arn, String name) {
      return new Members(list, arn, Optional.of(name));
    }

    public static Members withoutName(String list, String arn) {
      return new Members(list, arn, Optional.empty());
    }

    private String id(JsonNode item) {
      return name.map(member -> item.path(member).asText())
          .orElseGet(
              () -> {
                String id = item.path(arn).asText();
                return id.substring(id.lastIndexOf('/') + 1);
              });
    }
  }

  /** A description with the tags that an answer has beside it. */
  static ObjectNode withTags(ObjectNode described, ObjectNode answer) {
    JsonNode tags = answer.path("tags");
    ObjectNode tree = described.deepCopy();
    tree.set("tags", tags.isArray() ? tags.deepCopy() : JsonNodeFactory.instance.arrayNode());
    return tree;
  }

  private static ObjectNode withClusterAndInclude(
      ObjectNode request, String cluster, List<Include> include) {
    if (!cluster.isEmpty()) {
      request.put("cluster", cluster);
    }
    if (!include.isEmpty()) {
      ArrayNode values = request.putArray("include");
      include.forEach(one -> values.add(one.value()));
    }
    return request;
  }

  /**
   * A member of a description that ECS shows only if the request asks for it.
   *
   * @param value what the request's {@code include} says
   * @param member the member of the description that it adds
   */
  public record Include(String value, String member) {
    public static final Include TAGS = new Include("TAGS", "tags");
  }

  /**
   * What the cache keeps of a description.
   *
   * @param only the members to keep; empty to keep all of them. A change of a member that is not
   *     kept triggers no reconciliation
   * @param longest how many items to store of a list that grows with time and begins with the
   *     newest, by member
   */
  public record KeptMembers(List<String> only, Map<String, Integer> longest) {
    public static final KeptMembers ALL = new KeptMembers(List.of(), Map.of());

    public KeptMembers {
      only = List.copyOf(only);
      longest = Map.copyOf(longest);
    }

    public static KeptMembers only(String... members) {
      return new KeptMembers(List.of(members), Map.of());
    }

    public static KeptMembers newest(String member, int items) {
      return new KeptMembers(List.of(), Map.of(member, items));
    }

    ObjectNode select(ObjectNode described) {
      return only.isEmpty() ? described : described.deepCopy().retain(only);
    }

    public ObjectNode shorten(ObjectNode tree) {
      ObjectNode result = tree;
      for (Map.Entry<String, Integer> limit : longest.entrySet()) {
        if (tree.get(limit.getKey()) instanceof ArrayNode items
            && items.size() > limit.getValue()) {
          result = withFirst(limit.getValue(), limit.getKey(), result);
        }
      }
      return result;
    }

    private static ObjectNode withFirst(int count, String member, ObjectNode tree) {
      ObjectNode shorter = tree.objectNode();
      tree.properties().forEach(one -> shorter.set(one.getKey(), one.getValue()));
      ArrayNode first = shorter.putArray(member);
      tree.get(member).valueStream().limit(count).forEach(first::add);
      return shorter;
    }
  }
}
