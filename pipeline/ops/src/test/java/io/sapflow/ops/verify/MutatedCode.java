package io.sapflow.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.Check;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * Kernel, step and verification, loaded once more with one of their sources changed. Everything
 * else is shared with the test, the native library too.
 */
final class MutatedCode extends ClassLoader {

  private static final Path OPERATORS = Path.of("../../operators/src/main");
  private static final List<String> PACKAGES =
      List.of("io.sapflow.model.", "io.sapflow.sap.", "io.sapflow.ops.verify.");

  private final Path classes;
  private String resource = "";
  private byte[] resourceBytes;

  private MutatedCode(Path classes) {
    super(MutatedCode.class.getClassLoader());
    this.classes = classes;
  }

  /**
   * Changes a source.
   *
   * @param file of the operators, such as java/io/sapflow/sap/SapStep.java
   * @param from stands in it exactly once
   * @param classes an empty directory for class files
   */
  static MutatedCode of(String file, String from, String to, Path classes) throws IOException {
    Path path = OPERATORS.resolve(file);
    String text = Files.readString(path);
    assertThat(text.split(Pattern.quote(from), -1))
        .as("%s has the text once: %s", path, from)
        .hasSize(2);
    String changed = text.replace(from, to);
    MutatedCode code = new MutatedCode(classes);
    if (file.endsWith(".java")) {
      compile(changed, path.getFileName().toString(), classes);
    } else {
      code.resource = Path.of("resources").relativize(Path.of(file)).toString();
      code.resourceBytes = changed.getBytes(StandardCharsets.UTF_8);
    }
    return code;
  }

  private static void compile(String text, String name, Path classes) throws IOException {
    Path source = Files.writeString(classes.resolve(name), text);
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                errors,
                errors,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(code).as("%s", errors).isZero();
  }

  List<Check> verifyTrace(Path directory, String trace, int steps)
      throws ReflectiveOperationException {
    Class<?>[] types = {Path.class, String.class, int.class};
    return verify(TraceVerification.class, types, directory, trace, steps);
  }

  List<Check> verifyModel(Path directory) throws ReflectiveOperationException {
    return verify(ModelVerification.class, new Class<?>[] {Path.class}, directory);
  }

  @SuppressWarnings("unchecked") // Check is the test's own class
  private List<Check> verify(Class<?> original, Class<?>[] types, Object... arguments)
      throws ReflectiveOperationException {
    Class<?> own = loadClass(original.getName());
    assertThat(own).isNotSameAs(original);
    Method run = own.getDeclaredMethod("run", types);
    run.setAccessible(true);
    return (List<Check>) run.invoke(null, arguments);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (name.equals(Check.class.getName()) || PACKAGES.stream().noneMatch(name::startsWith)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    Path changed = classes.resolve(file);
    try (InputStream in =
        Files.exists(changed) ? Files.newInputStream(changed) : super.getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    return name.equals(resource)
        ? new ByteArrayInputStream(resourceBytes)
        : super.getResourceAsStream(name);
  }
}
