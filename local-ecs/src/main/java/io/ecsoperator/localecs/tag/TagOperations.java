package io.ecsoperator.localecs.tag;

import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ecs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ecs.model.TagResourceRequest;
import software.amazon.awssdk.services.ecs.model.TagResourceResponse;
import software.amazon.awssdk.services.ecs.model.UntagResourceRequest;
import software.amazon.awssdk.services.ecs.model.UntagResourceResponse;

/** TagResource, UntagResource, ListTagsForResource. */
public final class TagOperations {
  private final Tags tags;

  public TagOperations(Tags tags) {
    this.tags = tags;
  }

  public void addTo(OperationTable table) {
    table
        .add(TagResourceRequest.class, this::tag)
        .add(UntagResourceRequest.class, this::untag)
        .add(ListTagsForResourceRequest.class, this::list);
  }

  private TagResourceResponse tag(TagResourceRequest request) {
    requireKnown(request.resourceArn());
    if (!request.hasTags()) {
      throw EcsError.invalidParameter("Tags can not be empty.");
    }
    tags.add(request.resourceArn(), request.tags());
    return TagResourceResponse.builder().build();
  }

  private UntagResourceResponse untag(UntagResourceRequest request) {
    requireKnown(request.resourceArn());
    tags.remove(request.resourceArn(), request.tagKeys());
    return UntagResourceResponse.builder().build();
  }

  private ListTagsForResourceResponse list(ListTagsForResourceRequest request) {
    requireKnown(request.resourceArn());
    return ListTagsForResourceResponse.builder().tags(tags.of(request.resourceArn())).build();
  }

  private void requireKnown(@Nullable String arn) {
    if (arn == null || arn.isEmpty()) {
      throw EcsError.invalidParameter("ResourceArn can not be empty.");
    }
    if (tags.knows(arn)) {
      return;
    }
    if (arn.contains(":cluster/")) {
      throw EcsError.clusterNotFound();
    }
    throw new EcsError("ResourceNotFoundException", "The specified resource was not found.");
  }
}
