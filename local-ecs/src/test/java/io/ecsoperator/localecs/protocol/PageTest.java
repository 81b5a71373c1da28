package io.ecsoperator.localecs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static final Page.Size SIZE = new Page.Size(2, 3);

  private static Page<String> page(List<String> all, String token) {
    return Page.of(all, item -> item, null, token, SIZE);
  }

  @Test
  void goesOnAfterTheLastItemThoughItIsGone() {
    String token = page(List.of("a", "b", "c", "d"), null).nextToken().orElseThrow();

    assertThat(page(List.of("a", "c", "d"), token).items()).containsExactly("c", "d");
    assertThat(page(List.of("d"), token).items()).containsExactly("d");
    assertThat(page(List.of("a"), token).items()).isEmpty();
  }

  @Test
  void goesOnAfterTheLastItemThoughOthersCame() {
    String token = page(List.of("b", "d", "f"), null).nextToken().orElseThrow();

    assertThat(page(List.of("a", "b", "c", "d", "e", "f"), token).items())
        .containsExactly("e", "f");
  }

  @Test
  void goesOnInTheOrderOfTheList() {
    String token =
        Page.of(List.of("d", "c", "b", "a"), item -> item, Comparator.reverseOrder(), 2, null, SIZE)
            .nextToken()
            .orElseThrow();

    assertThat(
            Page.of(List.of("d", "b", "a"), item -> item, Comparator.reverseOrder(), 2, token, SIZE)
                .items())
        .containsExactly("b", "a");
  }

  @Property
  void whatStaysComesExactlyOnceWhateverGoesMeanwhile(
      @ForAll @UniqueElements List<@IntRange(max = 50) Integer> numbers,
      @ForAll List<@IntRange(max = 50) Integer> going) {
    TreeSet<String> there = new TreeSet<>();
    numbers.forEach(number -> there.add(String.format("%02d", number)));
    List<String> stays = new ArrayList<>(there);
    going.forEach(number -> stays.remove(String.format("%02d", number)));
    List<String> seen = new ArrayList<>();
    int gone = 0;
    String token = null;
    do {
      Page<String> page = page(List.copyOf(there), token);
      seen.addAll(page.items());
      token = page.nextToken().orElse(null);
      if (gone < going.size()) {
        there.remove(String.format("%02d", going.get(gone++)));
      }
    } while (token != null);

    assertThat(seen).doesNotHaveDuplicates().containsAll(stays);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "!", "YWZ0ZXI"})
  void refusesTokensThatWereNotGivenHere(String token) {
    assertThatThrownBy(() -> page(List.of("a"), token))
        .isInstanceOf(EcsError.class)
        .hasMessage("Invalid token");
  }
}
