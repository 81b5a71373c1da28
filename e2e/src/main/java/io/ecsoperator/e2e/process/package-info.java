/** Processes that end, and folders that go, with the JVM that made them. */
package io.ecsoperator.e2e.process;
