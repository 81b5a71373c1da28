package io.ecsoperator.localecs.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param nextToken empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> nextToken) {

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
   * @param id what tells one item from the others; the token remembers the last one given, so that
   *     items that come or go between two pages are neither doubled nor the cause of a gap
   * @param maxResults as in the request, or null
   * @param nextToken as in the request, or null
   * @throws EcsError where ECS refuses the size or does not know the token
   */
  public static <T> Page<T> of(
      List<T> all, Function<T, String> id, Integer maxResults, String nextToken, Size size) {
    int limit = maxResults == null ? size.standard() : maxResults;
    if (limit > size.most()) {
      throw EcsError.invalidParameter("Max results can not be greater than " + size.most());
    }
    if (limit < 1) {
      throw EcsError.invalidParameter("Max results can not be less than 1");
    }
    int from = nextToken == null ? 0 : position(all, id, nextToken);
    int to = Math.min(all.size(), from + limit);
    Optional<String> next =
        to < all.size() ? Optional.of(token(to, id.apply(all.get(to - 1)))) : Optional.empty();
    return new Page<>(List.copyOf(all.subList(from, to)), next);
  }

  private static String token(int position, String last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((position + " " + last).getBytes(StandardCharsets.UTF_8));
  }

  private static <T> int position(List<T> all, Function<T, String> id, String token) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(" ", 2);
      int position = Integer.parseInt(parts[0]);
      if (position < 1) {
        throw new IllegalArgumentException();
      }
      for (int i = 0; i < all.size(); i++) {
        if (id.apply(all.get(i)).equals(parts[1])) {
          return i + 1;
        }
      }
      return Math.min(position, all.size());
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw EcsError.invalidParameter("Invalid token");
    }
  }
}
