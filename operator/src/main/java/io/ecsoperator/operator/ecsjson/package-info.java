/** Typed access to the JSON that ECS takes and returns. It knows no type of the AWS SDK. */
@NullMarked
package io.ecsoperator.operator.ecsjson;

import org.jspecify.annotations.NullMarked;
