package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;

class NoRestartTest {

  @Test
  void open_errorWithoutWords_namesWhatItComesOf() {
    assertThatThrownBy(
            () ->
                NoRestart.open(
                    () -> {
                      throw new ExceptionInInitializerError(
                          new UnsatisfiedLinkError("no tokenizers in java.library.path"));
                    }))
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "lib/ of the TaskManager: found no usable java.lang.UnsatisfiedLinkError: no tokenizers"
                + " in java.library.path, expected what sapflow-flink-lib.zip holds, in each Flink"
                + " process");
  }
}
