package io.ecsoperator.sdkschema;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/**
 * Random instances of any SDK type: each member unset or set, lists and maps also explicitly empty,
 * enums with known and unknown values.
 */
final class SdkArbitraries {
  private static final int UNSET_OF_TEN = 4;

  private SdkArbitraries() {}

  static <T extends SdkPojo> Arbitrary<T> instancesOf(Class<T> type) {
    return object(SdkTypes.newBuilder(type), new ArrayDeque<>()).map(type::cast);
  }

  private static Arbitrary<SdkPojo> object(SdkPojo prototype, Deque<Class<?>> open) {
    open.push(prototype.getClass());
    Class<? extends SdkPojo> type = SdkTypes.build(prototype).getClass();
    List<SdkField<?>> fields = new ArrayList<>();
    List<Arbitrary<Optional<Object>>> values = new ArrayList<>();
    for (SdkField<?> field : prototype.sdkFields()) {
      value(field, SdkTypes.enumValues(type, field), open)
          .ifPresent(
              value -> {
                fields.add(field);
                values.add(value.optional((10 - UNSET_OF_TEN) / 10.0));
              });
    }
    open.pop();
    return Combinators.combine(values)
        .as(
            chosen -> {
              SdkPojo builder = SdkTypes.newBuilder(type);
              for (int i = 0; i < chosen.size(); i++) {
                SdkField<?> field = fields.get(i);
                chosen.get(i).ifPresent(value -> field.set(builder, value));
              }
              return SdkTypes.build(builder);
            });
  }

  /** Values of a member; none where its type contains itself. */
  private static Optional<Arbitrary<Object>> value(
      SdkField<?> field, List<String> enumValues, Deque<Class<?>> open) {
    return switch (field.marshallingType().getKnownType()) {
      case STRING -> Optional.of(texts(enumValues).asGeneric());
      case INTEGER -> Optional.of(Arbitraries.integers().asGeneric());
      case LONG -> Optional.of(Arbitraries.longs().asGeneric());
      case SHORT -> Optional.of(Arbitraries.shorts().asGeneric());
      case BYTE -> Optional.of(Arbitraries.bytes().asGeneric());
      case FLOAT -> Optional.of(Arbitraries.floats().asGeneric());
      case DOUBLE ->
          Optional.of(
              Arbitraries.oneOf(
                      Arbitraries.doubles(),
                      Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, -0.0))
                  .asGeneric());
      case BIG_DECIMAL -> Optional.of(Arbitraries.bigDecimals().asGeneric());
      case BOOLEAN -> Optional.of(Arbitraries.of(true, false).asGeneric());
      case INSTANT -> Optional.of(instants().asGeneric());
      case SDK_BYTES ->
          Optional.of(
              Arbitraries.bytes()
                  .array(byte[].class)
                  .ofMaxSize(5)
                  .map(SdkBytes::fromByteArray)
                  .asGeneric());
      case DOCUMENT -> Optional.of(documents(3).asGeneric());
      case SDK_POJO -> {
        SdkPojo prototype = field.constructor().get();
        yield open.contains(prototype.getClass())
            ? Optional.empty()
            : Optional.of(object(prototype, open).asGeneric());
      }
      case LIST ->
          value(field.getTrait(ListTrait.class).memberFieldInfo(), enumValues, open)
              .map(items -> items.list().ofMaxSize(2).asGeneric());
      case MAP ->
          value(field.getTrait(MapTrait.class).valueFieldInfo(), List.of(), open)
              .map(
                  values ->
                      Arbitraries.maps(Arbitraries.strings().ofMaxLength(4), values)
                          .ofMaxSize(2)
                          .asGeneric());
      default -> throw new IllegalStateException(field.marshallingType().toString());
    };
  }

  private static Arbitrary<String> texts(List<String> enumValues) {
    Arbitrary<String> any = Arbitraries.strings().ofMaxLength(5);
    return enumValues.isEmpty()
        ? any
        : Arbitraries.oneOf(Arbitraries.of(enumValues), Arbitraries.just("ANNOUNCED_TOMORROW"));
  }

  /** With milliseconds, as AWS answers, before and after 1970. */
  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs()
        .between(-10_000_000_000L, 4_000_000_000_000L)
        .map(Instant::ofEpochMilli);
  }

  private static Arbitrary<Document> documents(int depth) {
    Arbitrary<Document> scalars =
        Arbitraries.oneOf(
            Arbitraries.just(Document.fromNull()),
            Arbitraries.of(true, false).map(Document::fromBoolean),
            Arbitraries.integers().map(number -> Document.fromNumber(number.toString())),
            Arbitraries.strings().ofMaxLength(5).map(Document::fromString));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<Document> below = documents(depth - 1);
    return Arbitraries.oneOf(
        scalars,
        below.list().ofMaxSize(2).map(Document::fromList),
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(3), below)
            .ofMaxSize(2)
            .map(Document::fromMap));
  }
}
