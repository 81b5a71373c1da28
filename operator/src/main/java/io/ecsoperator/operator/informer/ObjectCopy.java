package io.ecsoperator.operator.informer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JSON of one object without what the operator does not use: managed fields, labels, and the
 * annotations of others, which any user may make as large as Kubernetes allows. Its name is known
 * even if the rest is too large to be kept: the API server writes annotations before the name.
 */
final class ObjectCopy {
  private static final String OUR_ANNOTATIONS = EcsResource.GROUP + "/";
  private static final Set<String> UNUSED = Set.of("managedFields", "labels");
  private static final Set<String> IDENTITY = Set.of("name", "namespace", "uid", "resourceVersion");

  /** Longer than what Kubernetes takes for a name. */
  private static final int MAX_IDENTITY = 300;

  /** What a value in a tree takes beside its text: the node, the text's own object, the entry. */
  private static final int BYTES_PER_TOKEN = 64;

  /** Twice what the largest task definition takes, 64 KiB, if it has nothing but short values. */
  private static final long MAX_MEMORY = 4 * 1024 * 1024;

  private static final long SMALL = 64 * 1024;

  /** What the status of an object usually takes. */
  static final long USUAL_STATUS = 8 * 1024;

  private static final int COPIES = 2;

  private final LimitedBytes bytes = new LimitedBytes();
  private final Map<String, String> identity = new HashMap<>();
  private long tokens;
  private boolean reported;

  /**
   * Reads the object that begins at the parser's place.
   *
   * @throws IOException if the JSON is not complete; what was read before is kept
   */
  void read(JsonParser parser) throws IOException {
    require(parser.currentToken() == JsonToken.START_OBJECT);
    try (JsonGenerator copy = ObjectReader.TOKENS.createGenerator(bytes)) {
      copy.writeStartObject();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        event(parser, copy);
        boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
        if (isObject && member.equals("metadata")) {
          metadata(parser, copy);
        } else if (isObject && member.equals("status")) {
          status(parser, copy);
        } else {
          structure(parser, copy);
        }
      }
      require(parser.currentToken() == JsonToken.END_OBJECT);
      copy.writeEndObject();
    }
  }

  private void metadata(JsonParser parser, JsonGenerator copy) throws IOException {
    copy.writeStartObject();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      JsonToken value = parser.nextToken();
      if (UNUSED.contains(member)) {
        parser.skipChildren();
        continue;
      }
      copy.writeFieldName(member);
      if (member.equals("annotations") && value == JsonToken.START_OBJECT) {
        annotations(parser, copy);
        continue;
      }
      if (IDENTITY.contains(member)
          && value == JsonToken.VALUE_STRING
          && parser.getTextLength() <= MAX_IDENTITY) {
        identity.put(member, parser.getText());
      }
      structure(parser, copy);
    }
    require(parser.currentToken() == JsonToken.END_OBJECT);
    copy.writeEndObject();
  }

  private void status(JsonParser parser, JsonGenerator copy) throws IOException {
    copy.writeStartObject();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      reported |= parser.currentName().equals("conditions");
      event(parser, copy);
      parser.nextToken();
      structure(parser, copy);
    }
    require(parser.currentToken() == JsonToken.END_OBJECT);
    copy.writeEndObject();
  }

  private void annotations(JsonParser parser, JsonGenerator copy) throws IOException {
    copy.writeStartObject();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      if (key.startsWith(OUR_ANNOTATIONS)) {
        copy.writeFieldName(key);
        structure(parser, copy);
      } else {
        parser.skipChildren();
      }
    }
    require(parser.currentToken() == JsonToken.END_OBJECT);
    copy.writeEndObject();
  }

  /** Without recursion: users decide how deep it is. */
  private void structure(JsonParser parser, JsonGenerator copy) throws IOException {
    int depth = 0;
    while (true) {
      JsonToken token = parser.currentToken();
      require(token != null);
      event(parser, copy);
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        return;
      }
      parser.nextToken();
    }
  }

  private void event(JsonParser parser, JsonGenerator copy) throws IOException {
    if (parser.currentToken().isNumeric()) {
      // As it is written: users decide how long it is.
      copy.writeNumber(parser.getText());
    } else {
      copy.copyCurrentEvent(parser);
    }
    tokens++;
  }

  private static void require(boolean complete) throws IOException {
    if (!complete) {
      throw new IOException("It is no complete JSON object.");
    }
  }

  /** Why it cannot be read; empty if nothing of it was left out and it takes no more memory. */
  Optional<String> excess() {
    if (bytes.size() > ObjectReader.MAX_BYTES) {
      return Optional.of("It is larger than " + ObjectReader.MAX_BYTES / 1024 + " KiB.");
    }
    return memory() > MAX_MEMORY ? Optional.of("It has too many values.") : Optional.empty();
  }

  byte[] json() {
    return bytes.toByteArray();
  }

  /**
   * The memory that the object takes in the cache, and, of a large one, in the copies with which a
   * reconcile works: many reconciles are under way at once. It includes a status that is not
   * written yet: an object would otherwise fit, and not with its status.
   */
  long cost() {
    long large = Math.max(0, memory() - SMALL);
    return memory() + COPIES * large + (reported ? 0 : USUAL_STATUS);
  }

  /** An upper bound: measured with texts, numbers, and empty and small objects and lists. */
  private long memory() {
    return bytes.size() + tokens * BYTES_PER_TOKEN;
  }

  /** An object that cannot be read. */
  UnreadableObject unreadable(String kind, String why) {
    return new UnreadableObject(
        new ObjectKey(
            kind, identity.getOrDefault("namespace", ""), identity.getOrDefault("name", "")),
        identity.getOrDefault("uid", ""),
        identity.getOrDefault("resourceVersion", ""),
        why);
  }

  /** Keeps a little more than what can be read, so that the reader notices. */
  private static final class LimitedBytes extends ByteArrayOutputStream {
    @Override
    public void write(int value) {
      if (size() <= ObjectReader.MAX_BYTES) {
        super.write(value);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      super.write(bytes, offset, Math.min(length, ObjectReader.MAX_BYTES + 1 - size()));
    }
  }
}
