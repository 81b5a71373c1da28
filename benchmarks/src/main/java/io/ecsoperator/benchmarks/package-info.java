/**
 * What every benchmark has in common: each case runs in a process of its own, answers measures, and
 * those are printed as a table and kept in {@code docs/benchmarks.md}. The cases are in a package
 * for each thing that is measured, and listed in {@link io.ecsoperator.benchmarks.Cases}.
 */
package io.ecsoperator.benchmarks;
