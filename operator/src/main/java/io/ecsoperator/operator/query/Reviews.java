package io.ecsoperator.operator.query;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Kubernetes says about a token and about the rights of its user. */
public interface Reviews {

  /**
   * The user whom a token stands for; empty if it stands for none.
   *
   * @throws io.ecsoperator.operator.http.Problem if Kubernetes does not answer
   */
  Optional<User> authenticate(String token);

  /**
   * Whether a user has a right.
   *
   * @throws io.ecsoperator.operator.http.Problem if Kubernetes does not answer
   */
  boolean allows(User user, Right right);

  /** A user as Kubernetes knows it. */
  record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public User {
      groups = List.copyOf(groups);
      extra = Map.copyOf(extra);
    }
  }

  /**
   * A right on custom resources of the operator.
   *
   * @param resource the plural name of the custom resource
   * @param namespace empty for all namespaces
   * @param name empty for all objects
   */
  record Right(String verb, String resource, String namespace, String name) {
    static Right list(String resource, String namespace) {
      return new Right("list", resource, namespace, "");
    }

    static Right get(String resource, String namespace, String name) {
      return new Right("get", resource, namespace, name);
    }
  }
}
