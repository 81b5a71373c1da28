package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.Arn;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A field of a kind's spec that names another object of the same namespace. Waiting, triggering,
 * the order of deletion and the names that ECS is given all follow from this declaration.
 *
 * @param list the list whose items have the field, such as {@code capacityProviderStrategy}; empty
 *     for a field of the spec itself
 * @param field name of the field, whose value is {@code {name: …}} or a list of these
 * @param kind kind of the object that is referred to
 * @param member the ECS member beside the field that takes the resolved value
 * @param form what ECS takes there
 * @param follows whether the referring object moves to the new ARN when the referred one gets one
 * @param awaits what the referring object waits for
 * @param template whether the value is the spec of an object of the referring object's name, which
 *     the operator keeps, instead of a reference
 */
public record ReferenceField(
    String list,
    String field,
    String kind,
    String member,
    Form form,
    boolean follows,
    Awaits awaits,
    boolean template) {

  /** Deployment controllers with which ECS refuses another task definition in an update. */
  private static final Set<String> MOVED_BY_OTHERS = Set.of("CODE_DEPLOY", "EXTERNAL");

  /** What ECS takes for the resource that is referred to. */
  public enum Form {
    ARN,
    NAME,
    /** Nothing: the reference is only waited for. */
    NONE
  }

  /** What has to be true of the referred object before the reference resolves. */
  public enum Awaits {
    /** Its current generation is in effect in ECS. */
    CURRENT_GENERATION,
    /** It has a resource in ECS, whatever its spec asks for now. */
    EXISTENCE,
    /** Its current generation has run with success. */
    SUCCESS
  }

  /** A field of the spec itself that stands for an ARN. */
  public static ReferenceField of(String field, String kind, String member) {
    return new ReferenceField(
        "", field, kind, member, Form.ARN, false, Awaits.CURRENT_GENERATION, false);
  }

  /**
   * A list of the spec itself that names objects of which ECS is given nothing; they have to have
   * succeeded.
   */
  public static ReferenceField waitingFor(String field, String kind) {
    return new ReferenceField("", field, kind, "", Form.NONE, false, Awaits.SUCCESS, false);
  }

  /** The same for the items of a list of the spec. */
  public ReferenceField inItemsOf(String list) {
    return new ReferenceField(list, field, kind, member, form, follows, awaits, template);
  }

  /** The same where ECS takes the name of the resource. */
  public ReferenceField byName() {
    return new ReferenceField(list, field, kind, member, Form.NAME, follows, awaits, template);
  }

  /** The same where the referring object moves to the referred object's new ARN. */
  public ReferenceField following() {
    return new ReferenceField(list, field, kind, member, form, true, awaits, template);
  }

  /**
   * The same for a referred object that itself waits for the referring one: they would wait for
   * each other if its current generation had to be in effect.
   */
  public ReferenceField onceCreated() {
    return new ReferenceField(list, field, kind, member, form, follows, Awaits.EXISTENCE, template);
  }

  /** The same where the field has the whole spec of the object in place of its name. */
  public ReferenceField asTemplate() {
    return new ReferenceField(list, field, kind, member, form, follows, awaits, true);
  }

  /**
   * Whether an object with this spec moves to a new ARN. Under some deployment controllers only the
   * controller can move it.
   */
  boolean follows(JsonNode spec) {
    return follows
        && !MOVED_BY_OTHERS.contains(spec.path("deploymentController").path("type").asText());
  }

  /** Where the field stands in a spec, for messages and as a key. */
  public String path() {
    return list.isEmpty() ? field : list + "[]." + field;
  }

  /**
   * Names of all objects that a spec refers to by this field.
   *
   * @param own name of the object with the spec
   */
  public List<String> names(JsonNode spec, String own) {
    if (template) {
      return spec.has(field) ? List.of(own) : List.of();
    }
    return holders(spec)
        .flatMap(holder -> references(holder.path(field)))
        .map(reference -> reference.path("name").asText())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** The objects of a spec that may have the field. */
  Stream<JsonNode> holders(JsonNode spec) {
    return list.isEmpty() ? Stream.of(spec) : spec.path(list).valueStream();
  }

  private static Stream<JsonNode> references(JsonNode value) {
    return value.isArray() ? value.valueStream() : Stream.of(value);
  }

  /** The values that a spec has in the ECS member beside the field, such as ARNs. */
  public Stream<String> values(JsonNode spec) {
    return member.isEmpty()
        ? Stream.empty()
        : holders(spec)
            .flatMap(holder -> references(holder.path(member)))
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue);
  }

  /** Puts a resolved value in place of the reference to {@code name}. */
  void resolve(ObjectNode holder, String name, String arn) {
    if (form == Form.NONE) {
      return;
    }
    String value = form == Form.ARN ? arn : Arn.nameOf(arn);
    JsonNode reference = holder.path(field);
    if (reference.isArray()) {
      ArrayNode values = holder.withArrayProperty(member);
      if (values.valueStream().noneMatch(known -> known.asText().equals(value))) {
        values.add(value);
      }
    } else if (template || reference.path("name").asText().equals(name)) {
      holder.put(member, value);
    }
  }
}
