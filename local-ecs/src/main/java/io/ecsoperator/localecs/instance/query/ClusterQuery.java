package io.ecsoperator.localecs.instance.query;

import io.ecsoperator.localecs.instance.InstanceState;
import io.ecsoperator.localecs.protocol.EcsError;
import java.time.DateTimeException;

/**
 * An expression of the cluster query language, such as {@code attribute:ecs.instance-type =~ t3.*
 * and not(task:group == service:web)}.
 */
public final class ClusterQuery {
  private final Expression expression;

  private ClusterQuery(Expression expression) {
    this.expression = expression;
  }

  /**
   * Reads an expression.
   *
   * @throws EcsError InvalidParameterException when it is not valid
   */
  public static ClusterQuery parse(String text) {
    Expression expression = new QueryParser(text).parse();
    return new ClusterQuery(expression);
  }

  public boolean matches(InstanceState instance) {
    try {
      return expression.matches(instance);
    } catch (IllegalArgumentException | DateTimeException e) {
      // The instance's value cannot be compared with the argument.
      return false;
    }
  }
}
