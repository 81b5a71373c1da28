/** The operator's own settings: read once, validated, printed once. */
package io.ecsoperator.operator.config;
