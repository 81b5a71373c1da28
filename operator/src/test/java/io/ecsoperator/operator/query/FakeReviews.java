package io.ecsoperator.operator.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Users and their rights, as a test gives them. The token of a user is {@code token-<name>}. */
final class FakeReviews implements Reviews {
  private final Map<String, Set<Right>> rights = new HashMap<>();
  private final List<Object> asked = new ArrayList<>();

  /** Lets a user list the objects of a namespace; of all if it is empty. */
  FakeReviews maySee(String user, String namespace) {
    for (String kind : List.of("ecsclusters", "ecsservices", "ecstasks", "ecstaskdefinitions")) {
      rights
          .computeIfAbsent(user, name -> new HashSet<>())
          .add(new Right("list", kind, namespace, ""));
    }
    return this;
  }

  FakeReviews maySeeNothing(String user) {
    rights.putIfAbsent(user, new HashSet<>());
    return this;
  }

  List<Object> asked() {
    return asked;
  }

  static String token(String user) {
    return "token-" + user;
  }

  @Override
  public Optional<User> authenticate(String token) {
    asked.add(token);
    return rights.keySet().stream()
        .filter(user -> token(user).equals(token))
        .findFirst()
        .map(user -> new User(user, "", List.of(), Map.of()));
  }

  /** Who may list the objects of a namespace may read each of them. */
  @Override
  public boolean allows(User user, Right right) {
    asked.add(right);
    return rights.get(user.name()).contains(Right.list(right.resource(), right.namespace()));
  }
}
