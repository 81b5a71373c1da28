package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import java.util.Optional;

/** What is known of ECS, for whoever has a reason to ask. */
public interface EcsReaders {

  /** A reader whose calls, where it has to make any, are made for a purpose. */
  EcsReader readerFor(CallContext callContext);

  /** The object is gone: nothing is read for it any more. */
  void forget(ObjectKey object);

  /** The account and region behind the credentials; empty until ECS could be asked. */
  Optional<AwsLocation> location();
}
