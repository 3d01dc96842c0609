package io.sapflow.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTest {

  @ParameterizedTest
  @CsvSource({
    "https://user:word@judge.example:8443/hooks/T1?key=k#part, https://judge.example:8443",
    "http://judge.example, http://judge.example",
    "http://[::1]:9093/api/v2/alerts, http://[::1]:9093",
    "mailto:someone@judge.example, an address without a host",
    "/hooks/T1, an address without a host",
  })
  void address_keepsSchemeHostAndPortAlone(String address, String shown) {
    assertThat(Address.shown(URI.create(address))).isEqualTo(shown);
  }
}
