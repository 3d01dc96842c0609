package io.sapflow.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplyTest {

  private static Reply of(String body) {
    return new Reply("http://a:1", 500, body, null);
  }

  @Test
  void quoted_isOneLine() {
    assertThat(of("a\n\u001b[1mb\n").quoted()).isEqualTo("answered 500 at http://a:1: a [1mb");
    assertThat(of("").quoted()).isEqualTo("answered 500 at http://a:1");
  }

  @Test
  void quoted_longBody_givesItsBeginning() {
    assertThat(of("x".repeat(1000)).quoted()).endsWith(": " + "x".repeat(200));
  }
}
