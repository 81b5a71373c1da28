package io.ecsoperator.localecs.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param nextToken empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> nextToken) {
  private static final String AFTER = "after ";

  /**
   * How many items a page has.
   *
   * @param standard where the request does not say
   * @param most the most that a request may ask for
   */
  public record Size(int standard, int most) {
    /** What most list operations allow. */
    public static final Size HUNDRED = new Size(100, 100);
  }

  /**
   * The page of {@code all} that a request asks for.
   *
   * @param all in the natural order of their keys
   * @param key what tells one item from the others; the token remembers that of the last one given,
   *     so that items that come or go between two pages, the last one included, are neither doubled
   *     nor the cause of a gap
   * @param maxResults as in the request, or null
   * @param nextToken as in the request, or null
   * @throws EcsError where ECS refuses the size or does not know the token
   */
  public static <T> Page<T> of(
      List<T> all, Function<T, String> key, Integer maxResults, String nextToken, Size size) {
    return of(all, key, Comparator.naturalOrder(), maxResults, nextToken, size);
  }

  /** The same for items that come in another order of their keys. */
  public static <T> Page<T> of(
      List<T> all,
      Function<T, String> key,
      Comparator<String> order,
      Integer maxResults,
      String nextToken,
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
      // Not in Base64: refused like any other that was not given here.
    }
    throw EcsError.invalidParameter("Invalid token");
  }

  /** After the last item given, or, where that one is gone, where it would be. */
  private static <T> int positionAfter(
      String last, List<T> all, Function<T, String> key, Comparator<String> order) {
    List<String> keys = all.stream().map(key).toList();
    int found = keys.indexOf(last);
    return found >= 0
        ? found + 1
        : (int) keys.stream().takeWhile(one -> order.compare(one, last) < 0).count();
  }
}
