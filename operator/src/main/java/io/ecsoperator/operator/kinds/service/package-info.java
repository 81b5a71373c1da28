/** EcsService. */
package io.ecsoperator.operator.kinds.service;
