package io.ecsoperator.operator.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.random.RandomGenerator;

/**
 * Choices that a fuzzer makes, which learns from the code that they reach; zero once it has no
 * more.
 */
public final class Choices implements RandomGenerator {
  private final FuzzedDataProvider data;

  public Choices(FuzzedDataProvider data) {
    this.data = data;
  }

  @Override
  public long nextLong() {
    return data.consumeLong();
  }

  @Override
  public int nextInt() {
    return data.consumeInt();
  }

  @Override
  public int nextInt(int bound) {
    return data.consumeInt(0, bound - 1);
  }

  @Override
  public int nextInt(int origin, int bound) {
    return data.consumeInt(origin, bound - 1);
  }

  @Override
  public boolean nextBoolean() {
    return data.consumeBoolean();
  }
}
