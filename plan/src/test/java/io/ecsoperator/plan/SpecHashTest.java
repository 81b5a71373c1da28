package io.ecsoperator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpecHashTest {
  private final SpecHash hash = new SpecHash();

  private String of(String request) {
    return hash.of(Json.object(request));
  }

  /** Tags of registered task definitions contain the text, so it must not change. */
  @Test
  void theHashOfARequestStaysTheSameFromReleaseToRelease() {
    assertThat(
            of(
                "{family: 'web', cpu: '256', containerDefinitions: [{name: 'web', memory: 512, command: ['a', 'b']}]}"))
        .isEqualTo("v1-4a1f343adeb623fed146b8d28387ffc2f0f2f96f13e7935d0f25c18c5fcc0bd7");
  }

  @Test
  void theOrderOfMembersTheFormOfNumbersNullsAndTagsDoNotCount() {
    assertThat(
            of(
                "{tags: [{key: 'a', value: 'b'}], containerDefinitions: [{memory: 512.0, name: 'web', user: null}], family: 'web'}"))
        .isEqualTo(of("{family: 'web', containerDefinitions: [{name: 'web', memory: 512}]}"));
  }

  @Test
  void theOrderOfListsAndEveryValueCount() {
    assertThat(of("{family: 'web', l: ['a', 'b']}"))
        .isNotEqualTo(of("{family: 'web', l: ['b', 'a']}"))
        .isNotEqualTo(of("{family: 'wep', l: ['a', 'b']}"));
    assertThat(of("{a: '1'}")).isNotEqualTo(of("{a: 1}"));
    assertThat(of("{a: 1000}")).isEqualTo(of("{a: 1e3}")).isNotEqualTo(of("{a: 1e4}"));
  }

  @Test
  void itFitsInATag() {
    assertThat(of("{}")).hasSizeLessThanOrEqualTo(256).matches("v1-[0-9a-f]{64}");
  }

  @Test
  void theRequestIsNotModified() {
    var request = Json.object("{tags: []}");
    hash.of(request);
    assertThat(request).isEqualTo(Json.object("{tags: []}"));
  }
}
