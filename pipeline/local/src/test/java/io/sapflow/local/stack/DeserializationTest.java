package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Flink needs commons-collections 3, whose transformers once ran code on being read. The version on
 * the class path refuses to write or read them.
 */
class DeserializationTest {

  @Test
  void transformer_thatCallsMethods_isRefused() throws ReflectiveOperationException {
    Object transformer =
        Class.forName("org.apache.commons.collections.functors.InvokerTransformer")
            .getMethod("getInstance", String.class)
            .invoke(null, "toString");
    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(transformer))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("for security reasons");
  }
}
