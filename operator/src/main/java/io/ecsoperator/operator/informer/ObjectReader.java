package io.ecsoperator.operator.informer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import io.ecsoperator.operator.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Turns JSON into an object, or says why that is not possible. Any user may write objects of any
 * size and shape, and one that cannot be read must not stop the reading of others.
 */
final class ObjectReader<R extends HasMetadata> {
  /**
   * An object with the largest task definition that ECS takes, 64 KiB, and its status is smaller
   * than this.
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

  private static final int MAX_REASON = 300;

  private final Class<R> type;
  private final KubernetesSerialization serialization;

  ObjectReader(Class<R> type, KubernetesSerialization serialization) {
    this.type = type;
    this.serialization = serialization;
  }

  ReadObject<R> read(byte[] json, int offset, int length) {
    ObjectCopy copy = new ObjectCopy();
    try (JsonParser parser = TOKENS.createParser(json, offset, length)) {
      parser.nextToken();
      copy.read(parser);
    } catch (IOException e) {
      return unreadable(copy, rootMessage(e));
    }
    return read(copy);
  }

  ReadObject<R> read(ObjectCopy copy) {
    Optional<String> excess = copy.excess();
    if (excess.isPresent()) {
      return unreadable(copy, excess.get());
    }
    try {
      return new ReadObject.Readable<>(
          serialization.unmarshal(new ByteArrayInputStream(copy.json()), type), copy.cost());
    } catch (RuntimeException e) {
      return unreadable(copy, rootMessage(e));
    } catch (StackOverflowError e) {
      return unreadable(copy, "It is nested too deeply.");
    }
  }

  private ReadObject<R> unreadable(ObjectCopy copy, String why) {
    return new ReadObject.Unreadable<>(copy.unreadable(HasMetadata.getKind(type), why));
  }

  /** An object that was read, but that the cache cannot take. */
  UnreadableObject refused(R object, RuntimeException reason) {
    return refused(object, object.getMetadata().getResourceVersion(), rootMessage(reason));
  }

  /** An object whose next versions are refused for the same reason: one report is enough. */
  UnreadableObject refusedInAnyVersion(R object, String why) {
    return refused(object, "", why);
  }

  private UnreadableObject refused(R object, String version, String why) {
    return new UnreadableObject(
        new ObjectKey(
            HasMetadata.getKind(type),
            object.getMetadata().getNamespace(),
            object.getMetadata().getName()),
        object.getMetadata().getUid(),
        version,
        why);
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
}
