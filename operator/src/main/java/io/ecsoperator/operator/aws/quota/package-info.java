/** AWS's request quotas as a budget: who makes the next call, and when. */
package io.ecsoperator.operator.aws.quota;
