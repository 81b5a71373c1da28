/**
 * The code that all benchmarks share. Each case runs in a process of its own and returns measures,
 * which are printed as a table and written to {@code docs/benchmarks.md}. {@link
 * io.ecsoperator.benchmarks.Cases} lists the cases.
 */
@NullMarked
package io.ecsoperator.benchmarks;

import org.jspecify.annotations.NullMarked;
