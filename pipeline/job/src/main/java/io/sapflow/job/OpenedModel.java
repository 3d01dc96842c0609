package io.sapflow.job;

import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.BaseModel;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.probe.ProbeBatch;
import io.sapflow.probe.ProbeModel;
import io.sapflow.tokens.ModelEncoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A model as the settings say: encoder, base and kernel, opened and closed together. Where one of
 * them cannot be opened, those before it are closed.
 */
public final class OpenedModel implements AutoCloseable {

  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final JobSettings settings;
  private final DeviceRequest device;
  private final ModelEncoder encoder;
  private final BaseModel base;
  private final Kernel kernel;

  private OpenedModel(
      JobSettings settings, DeviceRequest device, Function<BaseModel, Kernel> makeKernel) {
    this.settings = settings;
    this.device = device;
    try {
      encoder = ModelFactory.encoder(settings);
      closing.push(encoder::close);
      base = ModelFactory.base(settings, device);
      closing.push(base::close);
      kernel = makeKernel.apply(base);
      closing.push(kernel::close);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * With a kernel that trains.
   *
   * @param device that computes
   * @param start gives the LoRA vector that fresh adapters start from; null for PEFT's
   *     initialisation
   * @throws io.sapflow.model.ModelException in one line that names what is wrong with which file
   */
  static OpenedModel training(JobSettings settings, DeviceRequest device, Supplier<float[]> start) {
    return new OpenedModel(
        settings,
        device,
        base -> base.kernel(settings.lora(), settings.kernel(base.config(), device), start));
  }

  /**
   * With a kernel that trains, whose fresh adapters start as the settings say.
   *
   * @throws io.sapflow.model.ModelException in one line that names what is wrong with which file
   */
  public static OpenedModel training(JobSettings settings) {
    return training(settings, named(settings), ModelFactory.start(settings));
  }

  /**
   * With a kernel that generates and scores.
   *
   * @throws io.sapflow.model.ModelException in one line that names what is wrong with which file
   */
  public static OpenedModel scoring(JobSettings settings) {
    return scoring(settings, named(settings));
  }

  /** The same on a device. */
  static OpenedModel scoring(JobSettings settings, DeviceRequest device) {
    return new OpenedModel(
        settings,
        device,
        base -> base.kernel(settings.lora(), KernelOptions.inference().in(settings.computeType())));
  }

  /** As the settings name it: where no task is, nothing is given. */
  private static DeviceRequest named(JobSettings settings) {
    return DeviceRequest.of(settings.get(ModelOptions.DEVICE));
  }

  /** The model under an adapter, closed with this; its batches are as the settings say. */
  public ProbeModel probeModel() {
    return probeModel(() -> ProbeRows.of(settings, device, base.config()));
  }

  /**
   * The same with batches of its own.
   *
   * @param rows prompts or answers of a batch
   */
  public ProbeModel probeModel(int rows) {
    return probeModel(() -> ProbeBatch.of(rows));
  }

  private ProbeModel probeModel(Supplier<ProbeBatch> batch) {
    try {
      ProbeModel model =
          new ProbeModel(kernel, encoder.tokenizer(), encoder.encoder(), batch.get());
      closing.push(model::close);
      return model;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Tokenizer and encoder of chats. */
  public ModelEncoder encoder() {
    return encoder;
  }

  /** The base model. */
  public BaseModel base() {
    return base;
  }

  /** The kernel. */
  public Kernel kernel() {
    return kernel;
  }

  /** Closes what is open, last first. */
  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
