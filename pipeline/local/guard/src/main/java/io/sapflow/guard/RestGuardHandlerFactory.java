package io.sapflow.guard;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelPipeline;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;
import org.apache.flink.util.ConfigurationException;

/** Found by Flink as a service: brings the guard into every connection of a REST server. */
public final class RestGuardHandlerFactory implements InboundChannelHandlerFactory {

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<ChannelHandler> createHandler(
      Configuration configuration, Map<String, String> responseHeaders)
      throws ConfigurationException {
    return Optional.of(new Placement(configuration, secret(configuration), responseHeaders));
  }

  private static Optional<String> secret(Configuration configuration)
      throws ConfigurationException {
    Optional<String> file = configuration.getOptional(RestGuardOptions.SECRET_FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      String secret = Files.readString(Path.of(file.get())).strip();
      if (secret.isEmpty()) {
        throw new ConfigurationException(
            RestGuardOptions.SECRET_FILE.key() + ": " + file.get() + " is empty");
      }
      return Optional.of(secret);
    } catch (IOException e) {
      throw new ConfigurationException(
          RestGuardOptions.SECRET_FILE.key() + ": " + file.get() + " cannot be read: " + e, e);
    }
  }

  /**
   * Takes the guard's place in the pipeline, right behind the codec. Flink adds what this factory
   * makes behind the handler that has written a request's files to disk.
   */
  private static final class Placement extends ChannelHandlerAdapter {

    private final Configuration configuration;
    private final Optional<String> secret;
    private final Map<String, String> responseHeaders;

    Placement(
        Configuration configuration, Optional<String> secret, Map<String, String> responseHeaders) {
      this.configuration = configuration;
      this.secret = secret;
      this.responseHeaders = responseHeaders;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      int port = ((InetSocketAddress) context.channel().localAddress()).getPort();
      RestGuard guard = new RestGuard(port, configuration.get(RestGuardOptions.HOSTS), secret);
      ChannelPipeline pipeline = context.pipeline();
      pipeline.addAfter(
          pipeline.context(HttpServerCodec.class).name(),
          "sapflow-rest-guard",
          new RestGuardHandler(guard, responseHeaders));
      pipeline.remove(this);
    }
  }
}
