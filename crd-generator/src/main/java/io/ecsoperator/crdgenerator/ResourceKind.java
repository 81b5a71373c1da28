package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import java.util.Set;
import software.amazon.awssdk.core.SdkPojo;

/**
 * A kind and the types that its schema is derived from.
 *
 * @param request an empty request; its members are the AWS part of the spec
 * @param described an empty resource as ECS describes it; members that only it has are refused by
 *     name
 * @param setByOperator members of the request that a user cannot set
 * @param fragment the kind's fragment as it was read
 */
record ResourceKind(
    Class<? extends EcsResource<?>> resource,
    Class<? extends EcsStatus> status,
    SdkPojo request,
    SdkPojo described,
    Set<String> setByOperator,
    ObjectNode fragment) {}
