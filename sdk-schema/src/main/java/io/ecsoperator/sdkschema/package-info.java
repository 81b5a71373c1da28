/**
 * The AWS SDK's own model as the one schema: a JSON codec, an OpenAPI schema and a list of
 * operations, all read from {@link software.amazon.awssdk.core.SdkPojo#sdkFields()}. Nothing here
 * knows a particular service, so a new SDK version brings its new members with no code.
 */
package io.ecsoperator.sdkschema;
