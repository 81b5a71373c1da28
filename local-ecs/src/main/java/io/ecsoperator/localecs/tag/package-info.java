/** Tags of all kinds of resources, and the three operations on them. */
package io.ecsoperator.localecs.tag;
