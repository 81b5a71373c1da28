/** The operator's settings: command line, environment variables and validation. */
@NullMarked
package io.ecsoperator.operator.config;

import org.jspecify.annotations.NullMarked;
