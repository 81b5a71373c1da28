/** EcsService: its type, its status, and the rules of its schema. */
package io.ecsoperator.crds.service;
