/** Child processes and temporary folders that end with the JVM that made them. */
@NullMarked
package io.ecsoperator.controlplane.process;

import org.jspecify.annotations.NullMarked;
