package io.ecsoperator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldPathTest {

  @Provide
  Arbitrary<FieldPath> paths() {
    Arbitrary<FieldPath.Step> member =
        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8).map(FieldPath.Member::new);
    Arbitrary<FieldPath.Step> key =
        Arbitraries.strings().withChars("ab.[]\\: ü").ofMaxLength(6).map(FieldPath.Key::new);
    return member.flatMap(
        first ->
            Arbitraries.oneOf(member, key)
                .list()
                .ofMaxSize(5)
                .map(
                    rest ->
                        rest.stream()
                            .reduce(new FieldPath(List.of(first)), FieldPath::plus, (a, _) -> a)));
  }

  @Property
  void aWrittenPathIsParsedBack(@ForAll("paths") FieldPath path) {
    assertThat(FieldPath.parse(path.toString())).isEqualTo(path);
  }

  @Test
  void aPatternLeavesKeysOpen() {
    FieldPath path = FieldPath.parse("containerDefinitions[web].environment[A.B]");
    assertThat(path.pattern()).isEqualTo("containerDefinitions[].environment[]");
    assertThat(path.top()).isEqualTo("containerDefinitions");
    assertThat(path).hasToString("containerDefinitions[web].environment[A.B]");
  }

  @Test
  void aPathContainsFieldsInsideItButNoNamesWithTheSameStart() {
    FieldPath cpu = FieldPath.parse("containerDefinitions[web].cpu");
    assertThat(cpu.startsWith(FieldPath.parse("containerDefinitions[web]"))).isTrue();
    assertThat(cpu.startsWith(cpu)).isTrue();
    assertThat(cpu.startsWith(FieldPath.parse("containerDefinitions[we]"))).isFalse();
    assertThat(FieldPath.parse("cpuOptions").startsWith(FieldPath.parse("cpu"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "[a]", "a[b", "a]", "a[b]c", "a[b\\]"})
  void aMalformedPathIsRefused(String text) {
    assertThatThrownBy(() -> FieldPath.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is not a field path");
  }
}
