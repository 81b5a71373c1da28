package io.ecsoperator.localecs.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param nextToken empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> nextToken) {
  private static final String AFTER = "after ";

  /**
   * The size of a page.
   *
   * @param standard items where the request gives no number
   * @param most the largest number that a request may give
   */
  public record Size(int standard, int most) {
    /** The size for most list operations. */
    public static final Size HUNDRED = new Size(100, 100);
  }

  /**
   * The page of {@code all} that a request selects.
   *
   * @param all sorted by the natural order of the keys
   * @param key the unique key of an item. The token contains the key of the last item, so that
   *     items that are added or removed between two pages cause neither duplicates nor gaps
   * @param maxResults as in the request, or null
   * @param nextToken as in the request, or null
   * @throws EcsError where the size or the token is invalid
   */
  public static <T> Page<T> of(
      List<T> all, Function<T, String> key, Integer maxResults, String nextToken, Size size) {
    return of(all, key, Comparator.naturalOrder(), maxResults, nextToken, size);
  }

  /** Like the method above, for another order of the keys. */
  public static <T> Page<T> of(
      List<T> all,
      Function<T, String> key,
      Comparator<String> order,
      @Nullable Integer maxResults,
      @Nullable String nextToken,
      Size size) {
    int limit = maxResults == null ? size.standard() : maxResults;
    if (limit > size.most()) {
      throw EcsError.invalidParameter("Max results can not be greater than " + size.most());
    }
    if (limit < 1) {
      throw EcsError.invalidParameter("Max results can not be less than 1");
    }
    int from = nextToken == null ? 0 : positionAfter(last(nextToken), all, key, order);
    int to = Math.min(all.size(), from + limit);
    Optional<String> next =
        to < all.size() ? Optional.of(token(key.apply(all.get(to - 1)))) : Optional.empty();
    return new Page<>(List.copyOf(all.subList(from, to)), next);
  }

  private static String token(String last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((AFTER + last).getBytes(StandardCharsets.UTF_8));
  }

  private static String last(String token) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith(AFTER)) {
        return text.substring(AFTER.length());
      }
    } catch (IllegalArgumentException e) {
      // Not Base64: refused below like every other invalid token.
    }
    throw EcsError.invalidParameter("Invalid token");
  }

  /**
   * The position after the last item of the page before; if that item is gone, the position where
   * it would be.
   */
  private static <T> int positionAfter(
      String last, List<T> all, Function<T, String> key, Comparator<String> order) {
    List<String> keys = all.stream().map(key).toList();
    int found = keys.indexOf(last);
    return found >= 0
        ? found + 1
        : (int) keys.stream().takeWhile(one -> order.compare(one, last) < 0).count();
  }
}
