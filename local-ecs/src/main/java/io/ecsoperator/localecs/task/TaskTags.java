package io.ecsoperator.localecs.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ecs.model.Tag;

/** The tags that a task starts with. */
public final class TaskTags {
  private TaskTags() {}

  /**
   * Later ones win.
   *
   * @param propagated from the task definition or the service
   * @param given in the request
   * @param managed by ECS itself
   */
  public static List<Tag> of(List<Tag> propagated, List<Tag> given, Map<String, String> managed) {
    Map<String, Tag> byKey = new LinkedHashMap<>();
    propagated.forEach(tag -> byKey.put(tag.key(), tag));
    given.forEach(tag -> byKey.put(tag.key(), tag));
    new TreeMap<>(managed)
        .forEach((key, value) -> byKey.put(key, Tag.builder().key(key).value(value).build()));
    return List.copyOf(byKey.values());
  }
}
