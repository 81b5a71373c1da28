/** The cluster query language: parsing, and matching of container instances. */
package io.ecsoperator.localecs.instance.query;
