/**
 * A JSON codec, an OpenAPI schema and a list of operations, all derived from the AWS SDK's model
 * ({@link software.amazon.awssdk.core.SdkPojo#sdkFields()}). This package knows no particular
 * service: a new SDK version adds members and operations without a change here.
 */
@NullMarked
package io.ecsoperator.sdkschema;

import org.jspecify.annotations.NullMarked;
