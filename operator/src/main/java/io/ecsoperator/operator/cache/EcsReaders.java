package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import java.util.Optional;

/** Hands out readers of ECS. */
public interface EcsReaders {

  /** A reader that makes its calls, if it has to make any, in the given context. */
  EcsReader readerFor(CallContext callContext);

  /** Stops reading for an object that is gone. */
  void forget(ObjectKey object);

  /** Why the account is not known, if it is not and ECS fails; empty if ECS works. */
  default Optional<AwsFailure> failure() {
    return Optional.empty();
  }

  /** The account and region of the credentials; empty until ECS has answered. */
  Optional<AwsLocation> location();
}
