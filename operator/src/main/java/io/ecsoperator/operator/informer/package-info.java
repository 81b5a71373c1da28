/** Lists and watches the objects of a kind, so that no change is missed for long. */
@NullMarked
package io.ecsoperator.operator.informer;

import org.jspecify.annotations.NullMarked;
