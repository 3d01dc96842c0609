package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class StorePathTest {

  @Test
  void seen_localDirectories_byTheirPath() {
    assertThat(StorePath.SAME.seen("file:///var/store/a/7-0/")).isEqualTo("/var/store/a/7-0");
    assertThat(StorePath.SAME.seen("file:/var/store/a")).isEqualTo("/var/store/a");
    assertThat(StorePath.SAME.seen("/var/store/a")).isEqualTo("/var/store/a");
  }

  @Test
  void seen_belowAnotherDirectory() {
    StorePath path = new StorePath("file:///var/store/", "/mnt/adapters/");
    assertThat(path.seen("/var/store/a/7-0")).isEqualTo("/mnt/adapters/a/7-0");
    assertThat(path.seen("/var/storehouse/a")).isEqualTo("/var/storehouse/a");
    assertThat(new StorePath("s3://bucket", "/mnt").seen("s3://bucket/adapters/a"))
        .isEqualTo("/mnt/adapters/a");
    assertThat(path.covers("/var/store")).isTrue();
    assertThat(path.covers("/var")).isFalse();
  }

  @Test
  void method_ofAServer_whateverItsUrlEndsWith() {
    for (String url : new String[] {"http://a:8000", "http://a:8000/", "http://a:8000/v1/"}) {
      assertThat(VllmServer.method(URI.create(url), "models"))
          .hasToString("http://a:8000/v1/models");
    }
  }
}
