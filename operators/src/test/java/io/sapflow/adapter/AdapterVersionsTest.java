package io.sapflow.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.Fixtures;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterVersionsTest {
  private static final ModelConfig BASE = ModelConfig.read(Fixtures.path("f1_llama"));
  private static final LoraLayout LAYOUT =
      new LoraLayout(BASE, new LoraSpec(2, 4, false, Set.of(LoraTarget.Q)));

  @TempDir Path temp;
  private Path root;
  private AdapterVersions versions;

  @BeforeEach
  void open() {
    root = temp.resolve("store");
    versions = new AdapterVersions(new LocalVersionFiles(root));
  }

  @Test
  void write_newVersion_holdsFourFilesThatReadBack() throws Exception {
    VersionManifest manifest = versions.write(content(12, 1));
    Path directory = root.resolve("demo").resolve(manifest.version());
    assertThat(snapshot(root).keySet())
        .containsExactly(
            "demo/" + manifest.version() + "/adapter_config.json",
            "demo/" + manifest.version() + "/adapter_model.safetensors",
            "demo/" + manifest.version() + "/manifest.json",
            "demo/" + manifest.version() + "/training_state.safetensors");
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(Files.readAllBytes(directory.resolve("adapter_model.safetensors")));
    both.write(Files.readAllBytes(directory.resolve("training_state.safetensors")));
    String sha256 =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(both.toByteArray()));
    assertThat(manifest.sha256()).isEqualTo(sha256);
    assertThat(manifest.version()).isEqualTo("12-" + sha256.substring(0, 12));
    assertThat(versions.read("demo", manifest.version())).isEqualTo(manifest);
    assertThat(manifest.offsets())
        .containsExactly(new VersionManifest.Offsets("examples", 3, 10, 19));
    assertThat(versions.uri("demo", manifest.version()))
        .startsWith("file:///")
        .contains("demo/12-");
  }

  @Test
  void fetch_aVersion_givesAdapterAndTrainingState() throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Path into = temp.resolve("fetched");
    assertThat(versions.fetch("demo", manifest.version(), into)).isEqualTo(manifest);
    assertThat(PeftAdapter.read(into, BASE).weights()).isEqualTo(LAYOUT.initial(1));
    try (SafetensorsFile state =
        SafetensorsFile.open(into.resolve(AdapterVersions.TRAINING_STATE))) {
      assertThat(state.floats("moment")).containsExactly(1, 12);
      assertThat(state.metadata()).containsEntry("schedule", "constant");
    }
  }

  @Test
  void write_sameAgain_leavesTheFilesAlone() throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Path weights = root.resolve("demo/" + manifest.version() + "/adapter_model.safetensors");
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(weights, old);
    assertThat(versions.write(content(12, 1))).isEqualTo(manifest);
    assertThat(Files.getLastModifiedTime(weights)).isEqualTo(old);
    assertThat(versions.list("demo")).containsExactly(manifest.version());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest.json",
        "adapter_config.json",
        "adapter_model.safetensors",
        "training_state.safetensors"
      })
  void write_overAPartialVersion_givesTheSameBytes(String lost) throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Map<String, String> whole = snapshot(root);
    Files.delete(root.resolve("demo").resolve(manifest.version()).resolve(lost));
    versions.write(content(12, 1));
    assertThat(snapshot(root)).isEqualTo(whole);
  }

  @Test
  void write_whereTheFileSystemFailsAtAnyPoint_isNoVersionUntilWrittenAgain() throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Map<String, String> whole = snapshot(root);
    for (int calls = 0; calls < 6; calls++) {
      Path other = temp.resolve("failing" + calls);
      AdapterVersions failing = new AdapterVersions(new FailingFiles(other, calls));
      assertThatThrownBy(() -> failing.write(content(12, 1)))
          .isInstanceOf(IOException.class)
          .hasMessage("the disk is full");
      AdapterVersions later = new AdapterVersions(new LocalVersionFiles(other));
      assertThat(later.list("demo")).isEmpty();
      assertThat(later.write(content(12, 1))).isEqualTo(manifest);
      later.retain("demo", 5, 13, Set.of());
      assertThat(snapshot(other)).as("after %d calls", calls).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"adapter_config.json", "adapter_model.safetensors", "training_state.safetensors"})
  void read_oneByteChanged_namesFileAndDigests(String name) throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Path file = root.resolve("demo").resolve(manifest.version()).resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> versions.read("demo", manifest.version()))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(
            "demo/"
                + manifest.version()
                + ": "
                + name
                + " has "
                + bytes.length
                + " bytes of sha256 ")
        .hasMessageContaining("; the manifest says " + bytes.length + " of ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"adapter_config.json", "adapter_model.safetensors", "training_state.safetensors"})
  void fetch_aFileOfAnotherSize_isRefusedBeforeAByteIsCopied(String name) throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Path file = root.resolve("demo").resolve(manifest.version()).resolve(name);
    long size = Files.size(file);
    Files.write(file, new byte[1000], StandardOpenOption.APPEND);
    Path into = root.resolve("into");
    assertThatThrownBy(() -> versions.fetch("demo", manifest.version(), into))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "demo/%s: %s has %d bytes; the manifest says %d",
            manifest.version(), name, size + 1000, size);
    assertThat(into.resolve(name)).doesNotExist();
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertThatThrownBy(() -> versions.fetch("demo", manifest.version(), into))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith(name + ": found a link, expected a plain file");
  }

  @Test
  void fetch_aFileThatGrowsMeanwhile_stopsAtItsSizeAndIsRefused() throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Path file =
        root.resolve("demo").resolve(manifest.version()).resolve("adapter_model.safetensors");
    long size = Files.size(file);
    AdapterVersions growing =
        new AdapterVersions(
            new VanishingFiles(
                root, () -> Files.write(file, new byte[5000], StandardOpenOption.APPEND)));
    Path into = root.resolve("into");
    assertThatThrownBy(() -> growing.fetch("demo", manifest.version(), into))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("adapter_model.safetensors has ")
        .hasMessageEndingWith(" bytes; the manifest says " + size);
    if (Files.exists(into.resolve("adapter_model.safetensors"))) {
      assertThat(into.resolve("adapter_model.safetensors")).hasSize(size);
    }
  }

  @Test
  void read_manifestOfAnotherVersion_isRefused() throws IOException {
    VersionManifest one = versions.write(content(1, 1));
    VersionManifest two = versions.write(content(2, 2));
    Path demo = root.resolve("demo");
    Files.write(
        demo.resolve(two.version()).resolve("manifest.json"),
        Files.readAllBytes(demo.resolve(one.version()).resolve("manifest.json")));
    assertThatThrownBy(() -> versions.read("demo", two.version()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is of demo/" + one.version() + ", not of the directory");
  }

  @Test
  void read_forgedManifest_isRefused() throws IOException {
    VersionManifest one = versions.write(content(1, 1));
    Path path = root.resolve("demo").resolve(one.version()).resolve("manifest.json");
    String text = Files.readString(path);
    Files.writeString(path, text.replace("adapter_config.json", "../../x"));
    assertThatThrownBy(() -> versions.read("demo", one.version()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("manifest.json: files are [../../x, ");
    Files.writeString(path, text.replace("\"format\" : 1", "\"format\" : 2"));
    assertThatThrownBy(() -> versions.read("demo", one.version()))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith("manifest.json: format is 2; 1 would be right");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../demo", "..", "", "12-000000000000", "/etc", "12-0123456789ab/.."})
  void read_unknownVersion_isNeverAPath(String version) throws IOException {
    versions.write(content(12, 1));
    assertThatThrownBy(() -> versions.read("demo", version))
        .isInstanceOf(ModelException.class)
        .hasMessage("adapter demo has no such version in the store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "", "a/b", ".hidden", "a b", "\u00e9", "a\n"})
  void list_unusableAdapterId_isRefused(String adapterId) {
    assertThatThrownBy(() -> versions.list(adapterId))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("the adapter id is not usable; 1 to 128 letters");
  }

  @Test
  void retain_keepTwo_leavesNewestAndProtected() throws IOException {
    List<String> all =
        List.of(version(2, 1), version(10, 2), version(9, 3), version(100, 4), version(0, 5));
    assertThat(versions.list("demo"))
        .containsExactly(all.get(4), all.get(0), all.get(2), all.get(1), all.get(3));
    Path partial = Files.createDirectory(root.resolve("demo/7-0123456789ab"));
    Path left = Files.createDirectory(root.resolve("demo/.8-0123456789ab.leftover"));
    Path foreign = Files.createDirectory(root.resolve("demo/notes"));
    assertThat(versions.retain("demo", 2, 200, Set.of(all.get(0))))
        .containsExactly(all.get(4), all.get(2));
    assertThat(versions.list("demo")).containsExactly(all.get(0), all.get(1), all.get(3));
    assertThat(partial).doesNotExist();
    assertThat(left).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void retain_fromAStepOn_leavesVersionsAndUnfinishedWritesAlone() throws IOException {
    String old = version(6, 1);
    List<String> stay = List.of(version(7, 2), version(8, 3));
    Path partial = Files.createDirectory(root.resolve("demo/7-0123456789ab"));
    Path writing = Files.createDirectory(root.resolve("demo/.7-0123456789ab.unmoved"));
    assertThat(versions.retain("demo", 0, 7, Set.of())).containsExactly(old);
    assertThat(versions.list("demo")).isEqualTo(stay);
    assertThat(partial).exists();
    assertThat(writing).exists();
  }

  /**
   * A deletion may be broken off when the manifest is gone, and then with any of the other files:
   * file systems differ in their order.
   */
  @Test
  void retain_brokenOffAnywhere_isNoVersionAndIsFinishedOrWrittenAgain() throws IOException {
    VersionManifest manifest = versions.write(content(12, 1));
    Map<String, String> whole = snapshot(root);
    List<String> rest =
        List.of("adapter_config.json", "adapter_model.safetensors", "training_state.safetensors");
    for (int gone = 0; gone < 1 << rest.size(); gone++) {
      Path directory = root.resolve("demo").resolve(manifest.version());
      Files.delete(directory.resolve("manifest.json"));
      for (int i = 0; i < rest.size(); i++) {
        if ((gone >> i & 1) == 1) {
          Files.delete(directory.resolve(rest.get(i)));
        }
      }
      assertThat(versions.list("demo")).isEmpty();
      assertThat(versions.contains("demo", manifest.version())).isFalse();
      assertThatThrownBy(() -> versions.read("demo", manifest.version()))
          .isInstanceOf(ModelException.class)
          .hasMessage("adapter demo has no such version in the store");
      if (gone % 2 == 0) {
        versions.retain("demo", 0, 13, Set.of());
        assertThat(directory).doesNotExist();
      }
      assertThat(versions.write(content(12, 1))).isEqualTo(manifest);
      assertThat(snapshot(root)).as("without %s", gone).isEqualTo(whole);
    }
  }

  @Test
  void retain_failsAtAnyCall_leavesNoHalfVersionAndIsFinishedByTheNext() throws IOException {
    for (int calls = 0; calls < 4; calls++) {
      Path other = temp.resolve("deleting" + calls);
      AdapterVersions whole = new AdapterVersions(new LocalVersionFiles(other));
      List<String> all = new ArrayList<>();
      for (int step = 1; step <= 3; step++) {
        all.add(whole.write(content(step, step)).version());
      }
      AdapterVersions failing = new AdapterVersions(FailingFiles.deleting(other, calls));
      assertThatThrownBy(() -> failing.retain("demo", 1, 9, Set.of()))
          .isInstanceOf(IOException.class)
          .hasMessage("the disk is full");
      for (String version : whole.list("demo")) {
        whole.read("demo", version);
      }
      whole.retain("demo", 1, 9, Set.of());
      assertThat(snapshot(other).keySet())
          .hasSize(4)
          .allMatch(file -> file.startsWith("demo/" + all.get(2)));
    }
  }

  @Test
  void read_versionThatIsDeletedMeanwhile_saysSo() throws IOException {
    String version = version(12, 1);
    AdapterVersions racing =
        new AdapterVersions(new VanishingFiles(root, () -> versions.delete("demo", version)));
    assertThatThrownBy(() -> racing.read("demo", version))
        .isInstanceOf(ModelException.class)
        .hasMessage("adapter demo: version " + version + " was deleted while it was read");
  }

  @Test
  void delete_aVersionTwice_leavesTheOthers() throws IOException {
    String one = version(1, 1);
    String two = version(2, 2);
    versions.delete("demo", one);
    versions.delete("demo", one);
    assertThat(versions.list("demo")).containsExactly(two);
    assertThat(root.resolve("demo").resolve(one)).doesNotExist();
    assertThatThrownBy(() -> versions.delete("demo", ".."))
        .isInstanceOf(ModelException.class)
        .hasMessage("the version's name is not usable; <step>-<12 hex digits> would be right");
  }

  @Test
  void list_unknownAdapter_isEmpty() throws IOException {
    assertThat(versions.list("nobody")).isEmpty();
  }

  private String version(long step, long seed) throws IOException {
    return versions.write(content(step, seed)).version();
  }

  private static VersionContent content(long step, long seed) {
    return new VersionContent(
        "demo",
        2,
        step,
        step,
        null,
        "acme/base",
        List.of(new VersionManifest.Offsets("examples", 3, 10, 19)),
        new PeftAdapter(LAYOUT, "acme/base", LAYOUT.initial(seed)),
        new SafetensorsWriter()
            .add("moment", new long[] {2}, new float[] {seed, step})
            .metadata("schedule", "constant"));
  }

  /** Every file by its path, with its bytes in hex. */
  private static Map<String, String> snapshot(Path root) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            root.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return files;
  }
}
