/** Tags of all kinds of resources, and the three operations on them. */
@NullMarked
package io.ecsoperator.localecs.tag;

import org.jspecify.annotations.NullMarked;
