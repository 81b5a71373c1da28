package io.ecsoperator.localecs.instance.query;

import io.ecsoperator.localecs.instance.InstanceState;
import java.util.List;

/** A parsed expression of the cluster query language. */
sealed interface Expression {
  boolean matches(InstanceState instance);

  /** All of them. */
  record And(List<Expression> parts) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return parts.stream().allMatch(part -> part.matches(instance));
    }
  }

  /** At least one of them. */
  record Or(List<Expression> parts) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return parts.stream().anyMatch(part -> part.matches(instance));
    }
  }

  /** Not this. */
  record Not(Expression part) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return !part.matches(instance);
    }
  }

  /** One subject, compared; {@code arguments} are as many as the operator takes. */
  record Test(Subject subject, Operator operator, List<String> arguments) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return operator.holds(subject.valuesOf(instance), arguments, subject.order());
    }
  }
}
