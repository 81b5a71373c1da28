/** Child processes and temporary folders that end with the JVM that made them. */
package io.ecsoperator.controlplane.process;
