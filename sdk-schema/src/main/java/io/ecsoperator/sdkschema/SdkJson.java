package io.ecsoperator.sdkschema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.DefaultValueTrait;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * Converts JSON to SDK objects and back, in the shape of the AWS JSON protocols.
 *
 * <p>A member that is not set is left out. An explicit empty list or map is written and read as
 * such. {@code null} is allowed as an element of a list or a map, and as a document. As the value
 * of any other member it is rejected, because the SDK cannot hold it and leaving the member out
 * means the same. Timestamps are epoch seconds with a fraction, unless the model asks for another
 * format; blobs are Base64.
 *
 * <p>Reading is strict: an unknown member or a value of the wrong type is a {@link
 * SdkJsonException} that names its JSON path.
 */
public final class SdkJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<Class<?>, Map<String, SdkField<?>>> fieldsByType = new ConcurrentHashMap<>();

  /** Returns the members of {@code pojo} that are set. */
  public ObjectNode encode(SdkPojo pojo) {
    ObjectNode tree = NODES.objectNode();
    for (SdkField<?> field : pojo.sdkFields()) {
      @Nullable Object value = value(pojo, field);
      if (value != null && !isUnset(value)) {
        tree.set(field.locationName(), encodeValue(field, value));
      }
    }
    return tree;
  }

  /**
   * Reads {@code tree} as the type that {@code builder} builds.
   *
   * @throws SdkJsonException if the tree does not fit the type
   */
  public <T, B extends SdkPojo & SdkBuilder<B, T>> T decode(JsonNode tree, B builder) {
    fill(tree, builder, new JsonPath.Root());
    return builder.build();
  }

  /**
   * Reads {@code tree} as a generated SDK type.
   *
   * @throws SdkJsonException if the tree does not fit the type
   */
  public <T extends SdkPojo> T decode(JsonNode tree, Class<T> type) {
    SdkPojo builder = SdkTypes.newBuilder(type);
    fill(tree, builder, new JsonPath.Root());
    return type.cast(SdkTypes.build(builder));
  }

  private static @Nullable Object value(SdkPojo pojo, SdkField<?> field) {
    // getValueOrDefault would generate a new idempotency token at every call.
    if (pojo instanceof SdkRequest request && field.containsTrait(DefaultValueTrait.class)) {
      return request.getValueForField(field.memberName(), Object.class).orElse(null);
    }
    return field.getValueOrDefault(pojo);
  }

  private static boolean isUnset(Object value) {
    return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap;
  }

  private JsonNode encodeValue(SdkField<?> field, @Nullable Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    return switch (field.marshallingType().getKnownType()) {
      case STRING -> NODES.textNode((String) value);
      case INTEGER -> NODES.numberNode((Integer) value);
      case LONG -> NODES.numberNode((Long) value);
      case SHORT -> NODES.numberNode((Short) value);
      case BYTE -> NODES.numberNode((Byte) value);
      case FLOAT -> floating(((Float) value).doubleValue(), NODES.numberNode((Float) value));
      case DOUBLE -> floating((Double) value, NODES.numberNode((Double) value));
      case BIG_DECIMAL -> NODES.numberNode((BigDecimal) value);
      case BOOLEAN -> NODES.booleanNode((Boolean) value);
      case INSTANT -> encodeInstant(timestampFormat(field), (Instant) value);
      case SDK_BYTES ->
          NODES.textNode(Base64.getEncoder().encodeToString(((SdkBytes) value).asByteArray()));
      case SDK_POJO -> encode((SdkPojo) value);
      case DOCUMENT -> encodeDocument((Document) value);
      case LIST -> {
        SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
        var array = NODES.arrayNode();
        ((List<?>) value).forEach(item -> array.add(encodeValue(element, item)));
        yield array;
      }
      case MAP -> {
        SdkField<?> element = field.getTrait(MapTrait.class).valueFieldInfo();
        ObjectNode object = NODES.objectNode();
        ((Map<?, ?>) value)
            .forEach((key, item) -> object.set((String) key, encodeValue(element, item)));
        yield object;
      }
      default -> throw unsupported(field);
    };
  }

  /** The AWS protocols write NaN and infinity as strings, because JSON has no numbers for them. */
  private static JsonNode floating(double value, JsonNode number) {
    return Double.isFinite(value) ? number : NODES.textNode(Double.toString(value));
  }

  private void fill(JsonNode tree, SdkPojo builder, JsonPath path) {
    if (!tree.isObject()) {
      throw expected("an object", tree, path);
    }
    Map<String, SdkField<?>> fields = fields(builder);
    tree.properties()
        .forEach(
            member -> {
              JsonPath at = path.member(member.getKey());
              SdkField<?> field = fields.get(member.getKey());
              if (field == null) {
                throw new SdkJsonException(at, "unknown member");
              }
              if (member.getValue().isNull() && !isDocument(field)) {
                throw new SdkJsonException(at, "null is not a value; leave the member out");
              }
              field.set(builder, decodeValue(field, member.getValue(), at));
            });
  }

  /** Documents are the only members that can hold null as a value. */
  private static boolean isDocument(SdkField<?> field) {
    return field.marshallingType().getKnownType() == MarshallingKnownType.DOCUMENT;
  }

  private Map<String, SdkField<?>> fields(SdkPojo builder) {
    return fieldsByType.computeIfAbsent(
        builder.getClass(),
        type -> {
          Map<String, SdkField<?>> fields = new HashMap<>();
          builder.sdkFields().forEach(field -> fields.put(field.locationName(), field));
          return Map.copyOf(fields);
        });
  }

  private @Nullable Object decodeValue(SdkField<?> field, JsonNode node, JsonPath path) {
    if (node.isNull() && !isDocument(field)) {
      return null;
    }
    return switch (field.marshallingType().getKnownType()) {
      case STRING -> {
        require(node.isTextual(), "a string", node, path);
        yield node.textValue();
      }
      case INTEGER -> (int) integer(node, path, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> integer(node, path, Long.MIN_VALUE, Long.MAX_VALUE);
      case SHORT -> (short) integer(node, path, Short.MIN_VALUE, Short.MAX_VALUE);
      case BYTE -> (byte) integer(node, path, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case FLOAT -> (float) floating(node, path, Float.MAX_VALUE);
      case DOUBLE -> floating(node, path, Double.MAX_VALUE);
      case BIG_DECIMAL -> {
        require(node.isNumber(), "a number", node, path);
        yield node.decimalValue();
      }
      case BOOLEAN -> {
        require(node.isBoolean(), "true or false", node, path);
        yield node.booleanValue();
      }
      case INSTANT -> decodeInstant(timestampFormat(field), node, path);
      case SDK_BYTES -> decodeBytes(node, path);
      case SDK_POJO -> {
        SdkPojo builder = field.constructor().get();
        fill(node, builder, path);
        yield SdkTypes.build(builder);
      }
      case DOCUMENT -> decodeDocument(node);
      case LIST -> {
        require(node.isArray(), "a list", node, path);
        SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
        List<@Nullable Object> list = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
          list.add(decodeValue(element, node.get(i), path.index(i)));
        }
        yield list;
      }
      case MAP -> {
        require(node.isObject(), "an object", node, path);
        SdkField<?> element = field.getTrait(MapTrait.class).valueFieldInfo();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        node.properties()
            .forEach(
                entry ->
                    map.put(
                        entry.getKey(),
                        decodeValue(element, entry.getValue(), path.member(entry.getKey()))));
        yield map;
      }
      default -> throw unsupported(field);
    };
  }

  private static long integer(JsonNode node, JsonPath path, long min, long max) {
    // Jackson's longValue() silently turns "12" into 0 and truncates 1.5.
    require(node.isIntegralNumber(), "a whole number", node, path);
    if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
      throw new SdkJsonException(path, node + " is not between " + min + " and " + max);
    }
    return node.longValue();
  }

  private static double floating(JsonNode node, JsonPath path, double max) {
    if (node.isTextual()) {
      switch (node.textValue()) {
        case "NaN", "Infinity", "-Infinity" -> {
          return Double.parseDouble(node.textValue());
        }
        default -> throw expected("a number", node, path);
      }
    }
    require(node.isNumber(), "a number", node, path);
    if (Math.abs(node.doubleValue()) > max) {
      throw new SdkJsonException(path, node + " is too large");
    }
    return node.doubleValue();
  }

  private static SdkBytes decodeBytes(JsonNode node, JsonPath path) {
    require(node.isTextual(), "Base64 text", node, path);
    try {
      return SdkBytes.fromByteArray(Base64.getDecoder().decode(node.textValue()));
    } catch (IllegalArgumentException e) {
      throw new SdkJsonException(path, "is not Base64: " + e.getMessage());
    }
  }

  private static TimestampFormatTrait.Format timestampFormat(SdkField<?> field) {
    return field
        .getOptionalTrait(TimestampFormatTrait.class)
        .map(TimestampFormatTrait::format)
        .orElse(TimestampFormatTrait.Format.UNIX_TIMESTAMP);
  }

  private static JsonNode encodeInstant(TimestampFormatTrait.Format format, Instant instant) {
    return switch (format) {
      case ISO_8601 -> NODES.textNode(DateTimeFormatter.ISO_INSTANT.format(instant));
      case RFC_822 ->
          NODES.textNode(
              DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC)));
      case UNIX_TIMESTAMP_MILLIS -> NODES.numberNode(instant.toEpochMilli());
      case UNIX_TIMESTAMP -> {
        BigDecimal seconds =
            BigDecimal.valueOf(instant.getEpochSecond())
                .add(BigDecimal.valueOf(instant.getNano(), 9))
                .stripTrailingZeros();
        yield NODES.numberNode(seconds.scale() < 0 ? seconds.setScale(0) : seconds);
      }
    };
  }

  private static Instant decodeInstant(
      TimestampFormatTrait.Format format, JsonNode node, JsonPath path) {
    try {
      return switch (format) {
        case ISO_8601 -> {
          require(node.isTextual(), "an ISO 8601 time", node, path);
          yield Instant.parse(node.textValue());
        }
        case RFC_822 -> {
          require(node.isTextual(), "an RFC 822 time", node, path);
          yield Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(node.textValue()));
        }
        case UNIX_TIMESTAMP_MILLIS ->
            Instant.ofEpochMilli(integer(node, path, Long.MIN_VALUE, Long.MAX_VALUE));
        case UNIX_TIMESTAMP -> {
          require(node.isNumber(), "epoch seconds", node, path);
          BigDecimal[] parts = node.decimalValue().divideAndRemainder(BigDecimal.ONE);
          yield Instant.ofEpochSecond(
              parts[0].longValueExact(), parts[1].movePointRight(9).longValue());
        }
      };
    } catch (DateTimeException | ArithmeticException e) {
      throw new SdkJsonException(path, "is not a time: " + e.getMessage());
    }
  }

  private static JsonNode encodeDocument(Document document) {
    if (document.isNull()) {
      return NODES.nullNode();
    }
    if (document.isBoolean()) {
      return NODES.booleanNode(document.asBoolean());
    }
    if (document.isNumber()) {
      return NODES.numberNode(new BigDecimal(document.asNumber().stringValue()));
    }
    if (document.isString()) {
      return NODES.textNode(document.asString());
    }
    if (document.isList()) {
      var array = NODES.arrayNode();
      document.asList().forEach(item -> array.add(encodeDocument(item)));
      return array;
    }
    ObjectNode object = NODES.objectNode();
    document.asMap().forEach((key, item) -> object.set(key, encodeDocument(item)));
    return object;
  }

  private static Document decodeDocument(JsonNode node) {
    return switch (node.getNodeType()) {
      case BOOLEAN -> Document.fromBoolean(node.booleanValue());
      case NUMBER -> Document.fromNumber(node.decimalValue());
      case STRING -> Document.fromString(node.textValue());
      case ARRAY -> {
        List<Document> items = new ArrayList<>(node.size());
        node.forEach(item -> items.add(decodeDocument(item)));
        yield Document.fromList(items);
      }
      case OBJECT -> {
        Map<String, Document> members = new LinkedHashMap<>();
        node.properties()
            .forEach(member -> members.put(member.getKey(), decodeDocument(member.getValue())));
        yield Document.fromMap(members);
      }
      default -> Document.fromNull();
    };
  }

  private static void require(boolean fits, String wanted, JsonNode node, JsonPath path) {
    if (!fits) {
      throw expected(wanted, node, path);
    }
  }

  private static SdkJsonException expected(String wanted, JsonNode node, JsonPath path) {
    String found =
        node.isNumber() ? node.asText() : node.getNodeType().name().toLowerCase(Locale.ROOT);
    return new SdkJsonException(path, "expected " + wanted + ", not " + found);
  }

  private static IllegalStateException unsupported(SdkField<?> field) {
    return new IllegalStateException(
        "The SDK's member "
            + field.memberName()
            + " has the type "
            + field.marshallingType()
            + ", which this codec does not support.");
  }

  /**
   * A position in a JSON tree: a linked list, so that the text is only built for an error message.
   */
  sealed interface JsonPath {

    record Root() implements JsonPath {
      @Override
      public String toString() {
        return "$";
      }
    }

    record Member(JsonPath parent, String name) implements JsonPath {
      @Override
      public String toString() {
        return parent + "." + name;
      }
    }

    record Index(JsonPath parent, int index) implements JsonPath {
      @Override
      public String toString() {
        return parent + "[" + index + "]";
      }
    }

    default JsonPath member(String name) {
      return new Member(this, name);
    }

    default JsonPath index(int index) {
      return new Index(this, index);
    }
  }
}
