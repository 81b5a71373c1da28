/**
 * Generates the CRD manifests. The AWS part of a schema comes from the SDK's request types; the
 * status comes from the status records; fragments in YAML add what the SDK's model lacks: required
 * members, ranges, CEL rules, descriptions, the Kubernetes part. A kind's fragment stands beside
 * its Java type in {@code crds}; fragments for all kinds stand beside these classes.
 */
@NullMarked
package io.ecsoperator.crdgenerator;

import org.jspecify.annotations.NullMarked;
