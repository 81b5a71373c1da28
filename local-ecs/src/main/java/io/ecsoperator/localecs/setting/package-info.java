/** Account settings, and the four operations on them. */
@NullMarked
package io.ecsoperator.localecs.setting;

import org.jspecify.annotations.NullMarked;
