package io.sapflow.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthorizationTest {

  @Test
  void value_ofOneLine_standsBehindTheScheme() {
    assertThat(Authorization.of("KEY", " abc\n", "Bearer ")).isEqualTo("Bearer abc");
    assertThat(Authorization.of("KEY", "Basic abc", "")).isEqualTo("Basic abc");
  }

  @Test
  void value_thatNoHeaderMayHave_isNone() {
    assertThat(Authorization.of("KEY", "abc\nX: y", "Bearer ")).isNull();
    assertThat(Authorization.of("KEY", "ä", "Bearer ")).isNull();
  }

  @Test
  void value_missingOrBlank_isNone() {
    assertThat(Authorization.of("KEY", null, "Bearer ")).isNull();
    assertThat(Authorization.of("KEY", " ", "Bearer ")).isNull();
  }
}
