/** EcsService. */
package io.ecsoperator.operator.service;
