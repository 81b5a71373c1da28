package io.ecsoperator.operator.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an administrator lets objects take over. A user of a namespace cannot change it.
 *
 * @param untagged patterns for the names of resources without an owner; {@code *} stands for any
 *     characters
 * @param formerOwners owner ids of installations that are gone: no owner is left to consent
 */
public record AdoptionSettings(List<Pattern> untagged, Set<String> formerOwners) {
  public static final AdoptionSettings ALL_UNTAGGED = of("on");

  public AdoptionSettings {
    untagged = List.copyOf(untagged);
    formerOwners = Set.copyOf(formerOwners);
  }

  /**
   * @param untagged {@code off}, {@code on}, or patterns separated by commas
   */
  public static AdoptionSettings of(String untagged) {
    List<Pattern> patterns =
        switch (untagged.strip().toLowerCase(Locale.ROOT)) {
          case "off", "" -> List.of();
          case "on" -> List.of(glob("*"));
          default ->
              Stream.of(untagged.split(","))
                  .map(String::strip)
                  .filter(pattern -> !pattern.isEmpty())
                  .map(AdoptionSettings::glob)
                  .toList();
        };
    return new AdoptionSettings(patterns, Set.of());
  }

  public AdoptionSettings withFormerOwners(Set<String> ids) {
    return new AdoptionSettings(untagged, ids);
  }

  /** Whether a resource of this name that has no owner may be taken over, and compared. */
  public boolean mayAdopt(String name) {
    return untagged.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }

  /** Whether an owner tag names an installation that is gone. */
  public boolean isFormerOwner(String ownerTag) {
    return formerOwners.stream().anyMatch(id -> ownerTag.startsWith(id + "/"));
  }

  private static Pattern glob(String pattern) {
    return Pattern.compile(
        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }
}
