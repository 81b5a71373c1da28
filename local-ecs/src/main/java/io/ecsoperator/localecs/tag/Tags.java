package io.ecsoperator.localecs.tag;

import io.ecsoperator.localecs.protocol.EcsError;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.Tag;

/** The tags of all taggable resources, by ARN. Belongs to the world's thread. */
public final class Tags {
  private static final int LIMIT = 50;
  private static final int KEY_LENGTH = 128;
  private static final int VALUE_LENGTH = 256;

  private final Map<String, TagSet> sets = new HashMap<>();

  private static final class TagSet {
    private final Map<String, String> values = new LinkedHashMap<>();
    private Optional<String> refusal = Optional.empty();
  }

  /**
   * Refuses invalid tags.
   *
   * @throws EcsError InvalidParameterException
   */
  public static void check(List<Tag> tags) {
    Set<String> keys = new HashSet<>();
    for (Tag tag : tags) {
      if (tag.key() == null || tag.key().isEmpty() || tag.key().length() > KEY_LENGTH) {
        throw EcsError.invalidParameter("A tag key has 1 to " + KEY_LENGTH + " characters.");
      }
      if (tag.value() != null && tag.value().length() > VALUE_LENGTH) {
        throw EcsError.invalidParameter("A tag value has at most " + VALUE_LENGTH + " characters.");
      }
      if (tag.key().toLowerCase(Locale.ROOT).startsWith("aws:")) {
        throw EcsError.invalidParameter("Tag keys that start with aws: are reserved.");
      }
      if (!keys.add(tag.key())) {
        throw EcsError.invalidParameter("Duplicate tag key: " + tag.key());
      }
    }
    checkCount(tags.size());
  }

  private static void checkCount(int count) {
    if (count > LIMIT) {
      throw EcsError.invalidParameter("The maximum number of tags is " + LIMIT + ".");
    }
  }

  /** Starts the tags of a new resource; replaces those of an earlier resource with this ARN. */
  public void open(String arn, List<Tag> tags) {
    TagSet set = new TagSet();
    tags.forEach(tag -> set.values.put(tag.key(), value(tag)));
    sets.put(arn, set);
  }

  /**
   * Makes the tags of a resource read-only, because it can still be described but no longer be
   * changed.
   */
  public void retire(String arn, String refusal) {
    Optional.ofNullable(sets.get(arn)).ifPresent(set -> set.refusal = Optional.of(refusal));
  }

  /** Removes the tags of a resource that can no longer be described. */
  public void forget(String arn) {
    sets.remove(arn);
  }

  /** The tags in the order in which they were added; empty for an unknown resource. */
  public List<Tag> of(String arn) {
    TagSet set = sets.get(arn);
    return set == null
        ? List.of()
        : set.values.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
  }

  boolean knows(String arn) {
    return sets.containsKey(arn);
  }

  void add(String arn, List<Tag> tags) {
    check(tags);
    TagSet set = changeable(arn);
    Set<String> keys = new HashSet<>(set.values.keySet());
    tags.forEach(tag -> keys.add(tag.key()));
    checkCount(keys.size());
    tags.forEach(tag -> set.values.put(tag.key(), value(tag)));
  }

  void remove(String arn, Collection<String> keys) {
    changeable(arn).values.keySet().removeAll(keys);
  }

  private TagSet changeable(String arn) {
    TagSet set = Objects.requireNonNull(sets.get(arn), "Callers check that the resource exists.");
    set.refusal.ifPresent(
        refusal -> {
          throw EcsError.invalidParameter(refusal);
        });
    return set;
  }

  private static String value(Tag tag) {
    return tag.value() == null ? "" : tag.value();
  }
}
