package io.ecsoperator.operator.informer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import io.ecsoperator.operator.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns JSON into an object, or says why that is not possible. Any user may write objects of any
 * size and shape, and one that cannot be read must not stop the reading of others.
 */
final class ObjectReader<R extends HasMetadata> {
  /**
   * An object with the largest task definition that ECS takes, 64 KiB, its managed fields, the
   * annotation of {@code kubectl apply} and its status is smaller than this.
   */
  static final int MAX_BYTES = 512 * 1024;

  /** Reads JSON of any shape, token by token and so without recursion. */
  static final JsonFactory TOKENS =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
          // Names that users choose are not kept.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private final Class<R> type;
  private final KubernetesSerialization serialization;

  ObjectReader(Class<R> type, KubernetesSerialization serialization) {
    this.type = type;
    this.serialization = serialization;
  }

  ReadObject<R> read(byte[] json) {
    return read(json, 0, json.length);
  }

  ReadObject<R> read(byte[] json, int offset, int length) {
    if (length > MAX_BYTES) {
      return unreadable(json, offset, length, tooLarge());
    }
    try {
      return new ReadObject.Readable<>(
          serialization.unmarshal(new ByteArrayInputStream(json, offset, length), type));
    } catch (RuntimeException e) {
      return unreadable(json, offset, length, rootMessage(e));
    } catch (StackOverflowError e) {
      return unreadable(json, offset, length, "It is nested too deeply.");
    }
  }

  /** An object that was read, but that the cache cannot take. */
  UnreadableObject refused(R object, RuntimeException reason) {
    return new UnreadableObject(
        new ObjectKey(
            HasMetadata.getKind(type),
            object.getMetadata().getNamespace(),
            object.getMetadata().getName()),
        object.getMetadata().getUid(),
        object.getMetadata().getResourceVersion(),
        rootMessage(reason));
  }

  private static String tooLarge() {
    return "It is larger than " + MAX_BYTES / 1024 + " KiB.";
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    // What follows are positions in the text, and parts of it.
    String first =
        message.lines().filter(line -> !line.isBlank()).findFirst().orElse(cause.toString());
    return first.length() <= MAX_REASON ? first : first.substring(0, MAX_REASON);
  }

  private static final int MAX_REASON = 300;

  private ReadObject<R> unreadable(byte[] json, int offset, int length, String why) {
    Map<String, String> metadata = metadata(json, offset, length);
    return new ReadObject.Unreadable<>(
        new UnreadableObject(
            new ObjectKey(
                HasMetadata.getKind(type),
                metadata.getOrDefault("namespace", ""),
                metadata.getOrDefault("name", "")),
            metadata.getOrDefault("uid", ""),
            metadata.getOrDefault("resourceVersion", ""),
            why));
  }

  /** The texts directly in {@code metadata}, as far as the JSON can be read. */
  private static Map<String, String> metadata(byte[] json, int offset, int length) {
    Map<String, String> texts = new HashMap<>();
    Deque<String> path = new ArrayDeque<>();
    try (JsonParser parser = TOKENS.createParser(json, offset, length)) {
      JsonToken token = parser.nextToken();
      while (token != null) {
        switch (token) {
          case START_OBJECT, START_ARRAY ->
              path.push(parser.currentName() == null ? "" : parser.currentName());
          case END_OBJECT, END_ARRAY -> path.pop();
          case VALUE_STRING -> {
            if (List.copyOf(path.size() > 2 ? List.of() : path).equals(List.of("metadata", ""))
                && parser.getTextLength() <= MAX_REASON) {
              texts.put(parser.currentName(), parser.getText());
            }
          }
          default -> {}
        }
        token = parser.nextToken();
      }
    } catch (IOException e) {
      // It was cut off; its metadata come before its spec.
    }
    return texts;
  }
}
