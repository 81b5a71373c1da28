/** Account settings, and the four operations on them. */
package io.ecsoperator.localecs.setting;
