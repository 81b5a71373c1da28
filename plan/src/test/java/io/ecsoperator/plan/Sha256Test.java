package io.ecsoperator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Sha256Test {

  /** The example of FIPS 180-2. */
  @Test
  void theHashIsSha256InHexadecimalDigits() {
    assertThat(Sha256.hex("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void aShortHashIsTheBeginningOfTheLongOne() {
    assertThat(Sha256.hex("abc", 8)).isEqualTo("ba7816bf");
  }
}
