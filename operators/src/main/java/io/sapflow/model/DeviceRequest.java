package io.sapflow.model;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A device that was asked for; whether this machine has it is told by who opens it.
 *
 * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param words what was found, and in which setting or of whom, for messages
 */
public record DeviceRequest(String name, String words) {

  /** The setting that names a device, for messages. */
  public static final String KEY = "sapflow.model.device";

  static final String AUTO = "auto";
  static final String CPU = "cpu";
  static final String CUDA = "cuda";

  private static final Pattern NAMES = Pattern.compile("auto|cpu|cuda(:\\d{1,3})?");
  private static final Pattern INDICES = Pattern.compile("\\d{1,3}");

  /**
   * As the setting says.
   *
   * @throws ModelException for a text that names no device
   */
  public static DeviceRequest of(String setting) {
    if (!NAMES.matcher(setting).matches()) {
      throw new ModelException(KEY + ": found " + setting + ", expected auto, cpu, cuda or cuda:N");
    }
    return new DeviceRequest(setting, setting);
  }

  /**
   * As the setting says, among the devices that Flink gives a task: {@code auto} and {@code cuda}
   * take one of them in turn, {@code cuda:N} must be one, and {@code cpu} stays the CPU.
   *
   * @param resource name of the external resource
   * @param indices as Flink's driver writes them, in any order; empty where it gives none
   * @param turn the same for a subtask at each start, and another for the next
   * @throws ModelException for a setting that names no device or another than those given, and for
   *     an index that is none
   */
  public static DeviceRequest of(String setting, String resource, List<String> indices, int turn) {
    DeviceRequest asked = of(setting);
    if (indices.isEmpty() || setting.equals(CPU)) {
      return asked;
    }
    List<Integer> given = List.copyOf(numbers(resource, indices));
    if (setting.contains(":")) {
      int wanted = asked.index();
      if (!given.contains(wanted)) {
        throw new ModelException(
            KEY
                + ": found "
                + setting
                + ", but Flink's external resource "
                + resource
                + " gives this task "
                + names(given)
                + ", expected one of these, or cuda, which takes what Flink gives");
      }
      return asked;
    }
    String name = CUDA + ":" + given.get(Math.floorMod(turn, given.size()));
    return new DeviceRequest(
        name, setting + ", for which Flink's external resource " + resource + " gives " + name);
  }

  /** In their order, so that each subtask of a process finds the same. */
  private static TreeSet<Integer> numbers(String resource, List<String> indices) {
    TreeSet<Integer> numbers = new TreeSet<>();
    for (String index : indices) {
      if (!INDICES.matcher(index).matches()) {
        throw new ModelException(
            "external-resource."
                + resource
                + ": found a device "
                + (index.isEmpty() ? "without an index" : "with the index " + index)
                + ", expected a number such as 0, which Flink's driver of GPUs gives as the"
                + " property index");
      }
      numbers.add(Integer.parseInt(index));
    }
    return numbers;
  }

  private static String names(List<Integer> indices) {
    return indices.stream().map(index -> CUDA + ":" + index).collect(Collectors.joining(", "));
  }

  /** The index of a CUDA device; the first where the name has none. */
  int index() {
    int colon = name.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(name.substring(colon + 1));
  }
}
