/**
 * Generates the CRD manifests. The AWS part of a schema comes from the SDK's request types; what
 * the SDK does not know (required members, ranges, CEL rules, descriptions, the Kubernetes part)
 * comes from the YAML fragments beside these classes; the status comes from the status records.
 */
package io.ecsoperator.crds.generate;
