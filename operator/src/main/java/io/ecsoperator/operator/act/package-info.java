/** Carries out plans: the only caller of writes. */
package io.ecsoperator.operator.act;
