/** Support for tests with JUnit 5, which users of this package add to their class path. */
package io.ecsoperator.localecs.junit;
