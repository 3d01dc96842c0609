package io.sapflow.guard;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** What a JobManager's configuration says to the guard. */
public final class RestGuardOptions {

  /** Names that the server is called by. */
  public static final ConfigOption<List<String>> HOSTS =
      ConfigOptions.key("sapflow.rest.hosts")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "HOST:PORT by which the REST interface may be called, beside localhost, 127.0.0.1"
                  + " and [::1] with its own port.");

  /** Where the secret stands that a submission must show. */
  public static final ConfigOption<String> SECRET_FILE =
      ConfigOptions.key("sapflow.rest.secret-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File with the secret that a submission shows in the header "
                  + RestGuard.SECRET_HEADER
                  + "; without it, no submission is taken over REST.");

  private RestGuardOptions() {}
}
