package io.ecsoperator.e2e.operator;

import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lets the tests of a class have a {@link TestBed} parameter. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({ControlPlaneExtension.class, OperatorExtension.class})
@interface WithOperator {}
