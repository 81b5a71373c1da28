package io.ecsoperator.localecs.instance.query;

import io.ecsoperator.localecs.instance.InstanceState;
import java.util.List;

/** A parsed expression of the cluster query language. */
sealed interface Expression {
  boolean matches(InstanceState instance);

  /** Holds if all parts hold. */
  record And(List<Expression> parts) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return parts.stream().allMatch(part -> part.matches(instance));
    }
  }

  /** Holds if at least one part holds. */
  record Or(List<Expression> parts) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return parts.stream().anyMatch(part -> part.matches(instance));
    }
  }

  /** Holds if the part does not hold. */
  record Not(Expression part) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return !part.matches(instance);
    }
  }

  /** Compares a subject. The number of {@code arguments} is what the operator takes. */
  record Test(Subject subject, Operator operator, List<String> arguments) implements Expression {
    @Override
    public boolean matches(InstanceState instance) {
      return operator.holds(subject.valuesOf(instance), arguments, subject.order());
    }
  }
}
