package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All that the cache knows about one type of ECS resources. A kind hands in such a table for each
 * type that it reads or writes.
 *
 * @param name unique, in snake case, as in metrics: for example {@code task_definition}
 * @param arns where the resource lives, and which ARNs lead to it
 * @param changing true for a description of a resource that ECS is changing by itself, so that the
 *     cache reads it more often
 * @param writes every write to such resources that the operator sends, tags excepted
 * @param list empty if ECS has no list of them, or the cache need not read it
 */
public record AwsResource(
    String name,
    ArnForm arns,
    Describe describe,
    Predicate<ObjectNode> changing,
    List<WriteRule> writes,
    Optional<ListRule> list) {

  public AwsResource {
    writes = List.copyOf(writes);
  }

  /** The resource of this type that an ARN leads to; empty if the ARN does not have such a form. */
  public Optional<ResourceRef> refOf(String arn) {
    return ArnForm.type(arn).filter(arns.types()::contains).flatMap(type -> arns.ref(name, arn));
  }

  boolean isIn(Scope scope) {
    return arns.scope() == scope;
  }

  boolean isVersioned() {
    return list.filter(ListRule.Versions.class::isInstance).isPresent();
  }

  /** There is one table per name: {@link AwsResources} refuses a second one. */
  @Override
  public boolean equals(Object other) {
    return other instanceof AwsResource resource && name.equals(resource.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
