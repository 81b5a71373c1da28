/** EcsService: its type, its status, and the rules of its schema. */
@NullMarked
package io.ecsoperator.crds.service;

import org.jspecify.annotations.NullMarked;
