package io.greenlang.metrics.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstFailureTest {

  private final FirstFailure failure = new FirstFailure();

  @Test
  void rethrow_someStepsFailed_throwsTheFirstFailureOnce() {
    List<Integer> run = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      failure.run(
          number -> {
            run.add(number);
            if (number % 2 == 1) {
              throw new OutOfMemoryError("step " + number);
            }
          },
          i);
    }

    assertThat(run).containsExactly(0, 1, 2, 3);
    assertThatThrownBy(failure::rethrow).isInstanceOf(OutOfMemoryError.class).hasMessage("step 1");
    failure.rethrow();
  }
}
