/**
 * What is confidential in specs and in answers of ECS, and how it is masked in all that is shown.
 */
@NullMarked
package io.ecsoperator.operator.secrets;

import org.jspecify.annotations.NullMarked;
