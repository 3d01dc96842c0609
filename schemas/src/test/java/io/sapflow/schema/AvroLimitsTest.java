package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.SystemLimitException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test has Avro in a class loader of its own, as each submission to a cluster has. */
class AvroLimitsTest {

  private static final String BYTES = "org.apache.avro.limits.bytes.maxLength";

  private URLClassLoader loader;

  @BeforeEach
  void load() {
    URL[] classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(AvroLimitsTest::url)
            .toArray(URL[]::new);
    loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
  }

  @AfterEach
  void unload() throws Exception {
    System.clearProperty(BYTES);
    loader.close();
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }

  private void putInForce() throws Throwable {
    call(AvroLimits.class, "putInForce");
  }

  private void requireLength(String check, long length) throws Throwable {
    try {
      loader
          .loadClass(SystemLimitException.class.getName())
          .getMethod(check, long.class)
          .invoke(null, length);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void call(Class<?> type, String method) throws Throwable {
    try {
      loader.loadClass(type.getName()).getMethod(method).invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void putInForce_jvmWithoutProperties_boundsAvroThatWasUsedBefore_andNobodyElse()
      throws Throwable {
    requireLength("checkMaxStringLength", 1 << 30);
    putInForce();
    assertThatThrownBy(() -> requireLength("checkMaxStringLength", (4 << 20) + 1))
        .hasMessageContaining("String length 4194305 exceeds maximum allowed");
    assertThatThrownBy(() -> requireLength("checkMaxBytesLength", (16 << 20) + 1))
        .hasMessageContaining("Bytes length 16777217 exceeds maximum allowed");
    assertThatThrownBy(() -> requireLength("checkMaxCollectionLength", 1_000_001))
        .hasMessageContaining("Collection length 1000001 exceeds the maximum allowed");
    assertThat(System.getProperties().stringPropertyNames())
        .noneMatch(name -> name.startsWith("org.apache.avro.limits."));
  }

  @Test
  void putInForce_propertyThatIsABound_counts() {
    System.setProperty(BYTES, "1000");
    assertThatCode(this::putInForce).doesNotThrowAnyException();
    assertThatThrownBy(() -> requireLength("checkMaxBytesLength", 1001))
        .hasMessageContaining("Bytes length 1001 exceeds maximum allowed");
  }

  @Test
  void putInForce_propertyThatIsNone_isRefusedByName() {
    System.setProperty(BYTES, "2147483647");
    assertThatThrownBy(this::putInForce)
        .hasMessage("system property " + BYTES + ": found 2147483647, expected 1 to 67108864");
    System.setProperty(BYTES, "much");
    assertThatThrownBy(this::putInForce)
        .hasMessage("system property " + BYTES + ": found much, expected 1 to 67108864");
  }
}
