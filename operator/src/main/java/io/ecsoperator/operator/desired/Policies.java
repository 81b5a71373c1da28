package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.plan.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The members of a spec that every kind has beside its AWS part. */
public record Policies(
    Management management,
    Deletion deletion,
    Adoption adoption,
    Optional<String> adoptFrom,
    List<String> ignoreFields) {

  static final Set<String> MEMBERS =
      Set.of("managementPolicy", "deletionPolicy", "adoptionPolicy", "adoptFrom", "ignoreFields");

  /** What the operator may do for the object. */
  public enum Management {
    MANAGE,
    PLAN,
    OBSERVE
  }

  /** What happens to the ECS resource when the object is deleted. */
  public enum Deletion {
    DELETE,
    RETAIN
  }

  /** What to do if an ECS resource already exists that this object does not own. */
  public enum Adoption {
    REFUSE,
    ADOPT,
    TAKE_OVER
  }

  public Policies {
    ignoreFields = List.copyOf(ignoreFields);
  }

  Policies ignoring(List<String> fields) {
    List<String> all = new ArrayList<>(ignoreFields);
    all.addAll(fields);
    return new Policies(management, deletion, adoption, adoptFrom, all);
  }

  /**
   * What is wrong with a path to ignore, which the API server cannot parse; empty if nothing is.
   */
  public Optional<String> error() {
    for (int i = 0; i < ignoreFields.size(); i++) {
      try {
        FieldPath.parse(ignoreFields.get(i));
      } catch (IllegalArgumentException e) {
        return Optional.of("ignoreFields[" + i + "]: " + e.getMessage() + ".");
      }
    }
    return Optional.empty();
  }

  /**
   * The policies for the object that a template describes, as members of its spec: those of the
   * object with the template. {@code ignoreFields} are the paths below the template.
   *
   * @param template name of the template's field
   * @param kind kind of the object that the template describes
   */
  public static ObjectNode ofTemplate(ObjectNode spec, String template, String kind) {
    ObjectNode policies = spec.deepCopy().retain("managementPolicy", "deletionPolicy");
    Optional<String> formerOwner =
        of(spec).adoption() == Adoption.TAKE_OVER
            ? of(spec).adoptFrom().flatMap(owner -> Owner.withKind(owner, kind))
            : Optional.empty();
    if (formerOwner.isPresent()) {
      policies.put("adoptionPolicy", "TakeOver").put("adoptFrom", formerOwner.get());
    } else if (of(spec).adoption() != Adoption.REFUSE) {
      policies.put("adoptionPolicy", "Adopt");
    }
    String prefix = template + ".";
    List<String> ignored =
        of(spec).ignoreFields().stream()
            .filter(path -> path.startsWith(prefix))
            .map(path -> path.substring(prefix.length()))
            .toList();
    if (!ignored.isEmpty()) {
      ignored.forEach(policies.putArray("ignoreFields")::add);
    }
    return policies;
  }

  /** The policies of a spec under the operator's own defaults. */
  static Policies of(JsonNode spec) {
    return of(spec, Deletion.DELETE);
  }

  /**
   * @param defaultDeletion the deletion policy if the spec has none
   */
  static Policies of(JsonNode spec, Deletion defaultDeletion) {
    List<String> ignored = new ArrayList<>();
    spec.path("ignoreFields").forEach(path -> ignored.add(path.asText()));
    return new Policies(
        switch (spec.path("managementPolicy").asText()) {
          case "Plan" -> Management.PLAN;
          case "Observe" -> Management.OBSERVE;
          default -> Management.MANAGE;
        },
        switch (spec.path("deletionPolicy").asText()) {
          case "Delete" -> Deletion.DELETE;
          case "Retain" -> Deletion.RETAIN;
          default -> defaultDeletion;
        },
        switch (spec.path("adoptionPolicy").asText()) {
          case "Adopt" -> Adoption.ADOPT;
          case "TakeOver" -> Adoption.TAKE_OVER;
          default -> Adoption.REFUSE;
        },
        Optional.of(spec.path("adoptFrom").asText()).filter(owner -> !owner.isEmpty()),
        ignored);
  }
}
