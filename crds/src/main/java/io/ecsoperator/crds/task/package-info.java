/** EcsTask: its type, its status, and the rules of its schema. */
@NullMarked
package io.ecsoperator.crds.task;

import org.jspecify.annotations.NullMarked;
