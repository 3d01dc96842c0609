package io.sapflow.job;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.VersionFiles;
import io.sapflow.adapter.VersionRetention;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.publish.PromotedPointer;

/** Opens the store that a job's settings name. */
public final class StoreFactory {

  private StoreFactory() {}

  /** The store of adapter versions, to be read. */
  public static AdapterVersions versions(JobSettings settings) {
    return new AdapterVersions(new FlinkVersionFiles(settings.get(AdapterOptions.STORE)));
  }

  /** What stays of the adapter versions in a store. */
  static VersionRetention retention(JobSettings settings, VersionFiles files) {
    return new VersionRetention(
        files, settings.get(AdapterOptions.ADAPTER_KEEP), new PromotedPointer(files)::promoted);
  }
}
