package io.sapflow.job;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.job.options.AdapterOptions;

/** Opens the store that a job's settings name. */
public final class StoreFactory {

  private StoreFactory() {}

  /** The store of adapter versions. */
  public static AdapterVersions versions(JobSettings settings) {
    return new AdapterVersions(new FlinkVersionFiles(settings.get(AdapterOptions.STORE)));
  }
}
