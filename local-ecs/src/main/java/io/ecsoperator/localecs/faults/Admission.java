package io.ecsoperator.localecs.faults;

/**
 * What may refuse, delay or lose a call before ECS carries it out.
 *
 * @param quotas refuses calls above AWS's request rates
 * @param faults the faults that a user injects
 */
public record Admission(Quotas quotas, Faults faults) {}
