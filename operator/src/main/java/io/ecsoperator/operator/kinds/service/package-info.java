/** EcsService. */
@NullMarked
package io.ecsoperator.operator.kinds.service;

import org.jspecify.annotations.NullMarked;
