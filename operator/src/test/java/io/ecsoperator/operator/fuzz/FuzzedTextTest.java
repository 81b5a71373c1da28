package io.ecsoperator.operator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.secrets.Redaction;
import io.ecsoperator.plan.FieldPath;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Tag;

/** Texts that users and AWS write: paths of {@code ignoreFields}, ARNs, secrets in messages. */
class FuzzedTextTest {
  /** The longest value that this test puts into a message. */
  private static final int LONGEST = 200;

  @Tag("fuzz")
  @FuzzTest
  void whatTheFuzzerFindsIsReadOrRefusedAndNoSecretIsShown(FuzzedDataProvider data) {
    switch (data.consumeInt(0, 2)) {
      case 0 -> readsBackOrIsRefused(data.consumeRemainingAsString());
      case 1 -> Arn.parse(data.consumeRemainingAsString()).ifPresent(Arn::toString);
      default -> isMasked(data);
    }
  }

  private static void readsBackOrIsRefused(String text) {
    try {
      FieldPath path = FieldPath.parse(text);
      assertThat(FieldPath.parse(path.toString())).isEqualTo(path);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("is not a field path");
    }
  }

  /** AWS repeats a value as it is, or encoded, within any other text. */
  private static void isMasked(FuzzedDataProvider data) {
    // Shorter values are masked only where they are whole words.
    String secret = "s3cr3t-value" + data.consumeAsciiString(LONGEST);
    String shown =
        switch (data.consumeInt(0, 3)) {
          case 0 -> secret;
          case 1 -> TextNode.valueOf(secret).toString();
          case 2 -> URLEncoder.encode(secret, StandardCharsets.UTF_8);
          default -> Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        };
    String before = data.consumeString(LONGEST);
    String message = before + " '" + shown + "' " + data.consumeRemainingAsString();
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    spec.putArray("environment").addObject().put("name", "A").put("value", secret);

    assertThat(Redaction.of(spec).apply(message)).doesNotContain(shown).doesNotContain(secret);
  }
}
