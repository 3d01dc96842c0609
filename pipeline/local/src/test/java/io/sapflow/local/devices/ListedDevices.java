package io.sapflow.local.devices;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.externalresource.ExternalResourceDriver;
import org.apache.flink.api.common.externalresource.ExternalResourceDriverFactory;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.configuration.Configuration;

/**
 * A driver of an external resource whose devices stand in Flink's configuration, {@code
 * external-resource.NAME.param.indices}; they tell their index as Flink's own driver of GPUs does.
 *
 * <p>It is loaded as a plugin, which sees nothing of Sapflow: these classes are all of it.
 */
public final class ListedDevices implements ExternalResourceDriverFactory {

  @Override
  public ExternalResourceDriver createExternalResourceDriver(Configuration configuration) {
    String indices = configuration.getString("indices", "");
    return amount -> infos(indices);
  }

  private static Set<ExternalResourceInfo> infos(String indices) {
    return Arrays.stream(indices.split(" ")).map(Device::new).collect(Collectors.toSet());
  }

  /** A device with nothing but an index. */
  public record Device(String index) implements ExternalResourceInfo {
    @Override
    public Optional<String> getProperty(String key) {
      return key.equals("index") ? Optional.of(index) : Optional.empty();
    }

    @Override
    public Collection<String> getKeys() {
      return List.of("index");
    }
  }
}
