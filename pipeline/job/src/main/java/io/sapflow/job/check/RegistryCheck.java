package io.sapflow.job.check;

import io.sapflow.http.Address;
import io.sapflow.http.Authorization;
import io.sapflow.ingest.ExampleFormat;
import io.sapflow.ingest.FormatSettings;
import io.sapflow.ingest.registry.RegistryException;
import io.sapflow.ingest.registry.RegistrySettings;
import io.sapflow.ingest.registry.SchemaRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Whether each schema registry answers when it is asked for an id, whatever it has for it. */
record RegistryCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "a schema registry that answers at each address of sapflow.schema-registry.url; "
          + SchemaRegistry.AUTHORIZATION
          + " in the environment holds user:password where it asks for them";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ID = 1;

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public Finding look() {
    FormatSettings formats = subject.settings().formats();
    if (formats.format() != ExampleFormat.CONFLUENT) {
      return Finding.unused(EXPECTED);
    }
    List<URI> addresses = formats.registry().addresses();
    try {
      addresses.forEach(RegistryCheck::ask);
      return Finding.ok(
          String.join(", ", addresses.stream().map(Address::shown).toList()) + " answers",
          EXPECTED);
    } catch (RegistryException | IllegalArgumentException e) {
      return Finding.warning(e.getMessage().split(", expected ", 2)[0], EXPECTED);
    }
  }

  private static void ask(URI address) {
    String authorization =
        Authorization.basic(
            SchemaRegistry.AUTHORIZATION, System.getenv(SchemaRegistry.AUTHORIZATION));
    new SchemaRegistry(
            new RegistrySettings(List.of(address), TIMEOUT, Duration.ZERO, 1), authorization)
        .schema(ID);
  }
}
