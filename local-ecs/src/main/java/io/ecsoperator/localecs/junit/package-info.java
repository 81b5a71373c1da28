/** For tests with JUnit 5, which has to be on the class path of whoever uses it. */
package io.ecsoperator.localecs.junit;
