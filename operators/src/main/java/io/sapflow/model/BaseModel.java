package io.sapflow.model;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A base model in the device's memory, held once per process however many trainers and probes use
 * it.
 *
 * <p>Opened by directory, type and device; each {@link #open} is answered by one {@link #close},
 * and the last one frees the memory.
 */
public final class BaseModel implements AutoCloseable {

  private static final Map<Key, BaseModel> OPEN = new HashMap<>();

  private record Key(Path directory, ComputeType stored, TorchDevice device) {
    static Key of(Path directory, ComputeType stored, DeviceRequest device) {
      return new Key(directory.toAbsolutePath().normalize(), stored, Devices.find(device));
    }
  }

  private final Key key;
  private final ModelConfig config;
  private final String digest;
  private final TorchDevice device;
  private final TorchModule holder;
  private int users;

  private BaseModel(Key key) {
    this.key = key;
    this.device = key.device();
    try (ModelFiles files = ModelFiles.open(key.directory())) {
      this.config = ModelConfig.read(key.directory());
      files.check(config);
      this.digest = BaseDigest.of(files);
      this.holder = module();
      try {
        BaseLoader loader = new BaseLoader(files, holder, key.stored());
        config.expectedTensors().keySet().forEach(loader::load);
      } catch (RuntimeException | Error e) {
        free();
        throw e;
      }
    }
  }

  /**
   * Opens a Hugging Face model directory, or shares the one that is open.
   *
   * @param directory holds config.json and safetensors files
   * @param stored the type of the tensors in memory, float32 or bfloat16
   * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
   * @throws ModelException in one line that names what is wrong with which file
   */
  public static BaseModel open(Path directory, ComputeType stored, String device) {
    return open(directory, stored, DeviceRequest.of(device));
  }

  /**
   * The same on a device that somebody asked for.
   *
   * @throws ModelException in one line that names what is wrong with which file, or the device that
   *     is not there
   */
  public static BaseModel open(Path directory, ComputeType stored, DeviceRequest device) {
    synchronized (OPEN) {
      Key key = Key.of(directory, stored, device);
      BaseModel model = OPEN.computeIfAbsent(key, BaseModel::new);
      model.users++;
      return model;
    }
  }

  /** Whether it is open in this process, so that another user takes no memory for it. */
  public static boolean isOpen(Path directory, ComputeType stored, DeviceRequest device) {
    synchronized (OPEN) {
      return OPEN.containsKey(Key.of(directory, stored, device));
    }
  }

  /** The model's configuration. */
  public ModelConfig config() {
    return config;
  }

  /** Identifies the weights: hex, 64 digits; see {@link BaseDigest}. */
  public String digest() {
    return digest;
  }

  /**
   * A kernel on this model; it is closed before the model is. Fresh adapters start as PEFT's do.
   */
  public Kernel kernel(LoraSpec lora, KernelOptions options) {
    return kernel(lora, options, null);
  }

  /**
   * A kernel on this model.
   *
   * @param start gives the LoRA vector that fresh adapters start from, asked at each; null for
   *     PEFT's initialisation
   * @throws ModelException if the options do not fit the model
   */
  public Kernel kernel(LoraSpec lora, KernelOptions options, Supplier<float[]> start) {
    Kernel kernel =
        new Kernel(config, new LoraLayout(config, lora), options, start, key.stored(), device);
    try {
      adopt(kernel);
      return kernel;
    } catch (RuntimeException | Error e) {
      kernel.close();
      throw e;
    }
  }

  /** Gives a kernel the base's tensors. */
  private void adopt(Kernel kernel) {
    long count = kernel.module().adopt(holder);
    if (count != config.expectedTensors().size()) {
      throw new IllegalStateException("a kernel got " + count + " base tensors");
    }
  }

  private TorchModule module() {
    LoraSpec unused = new LoraSpec(1, 1, false, Set.of(LoraTarget.Q));
    return TorchModule.load(
        device, KernelArchive.of(config, unused, KernelOptions.inference(), key.stored()));
  }

  private void free() {
    holder.close();
    Devices.giveBack(device);
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      users--;
      if (users == 0) {
        OPEN.remove(key);
        free();
      }
    }
  }
}
