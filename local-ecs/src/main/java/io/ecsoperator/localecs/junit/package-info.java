/** Support for tests with JUnit 5, which users of this package add to their class path. */
@NullMarked
package io.ecsoperator.localecs.junit;

import org.jspecify.annotations.NullMarked;
