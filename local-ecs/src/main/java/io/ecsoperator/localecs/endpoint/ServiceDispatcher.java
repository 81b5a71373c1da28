package io.ecsoperator.localecs.endpoint;

/** Dispatches each call to the AWS service that its target header names: SQS, or else ECS. */
public final class ServiceDispatcher implements WireHandler {
  private final Endpoint ecs;
  private final SqsEndpoint sqs;

  public ServiceDispatcher(Endpoint ecs, SqsEndpoint sqs) {
    this.ecs = ecs;
    this.sqs = sqs;
  }

  @Override
  public WireAnswer handle(WireRequest request) {
    return request.target().orElse("").startsWith(SqsEndpoint.TARGET_PREFIX)
        ? sqs.handle(request)
        : ecs.handle(request);
  }
}
