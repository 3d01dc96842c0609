package io.sapflow.guard;

import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.rest.handler.util.HandlerUtils;
import org.apache.flink.runtime.rest.messages.ErrorResponseBody;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaders;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/** Answers what {@link RestGuard} refuses with 403 and closes the connection. */
final class RestGuardHandler extends ChannelInboundHandlerAdapter {

  private final RestGuard guard;
  private final Map<String, String> responseHeaders;
  private boolean refused;

  RestGuardHandler(RestGuard guard, Map<String, String> responseHeaders) {
    this.guard = guard;
    this.responseHeaders = responseHeaders;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!refused && message instanceof HttpRequest request) {
      Optional<String> refusal = guard.refusal(read(request));
      refusal.ifPresent(reason -> refuse(context, reason));
    }
    if (refused) {
      // The body, or requests that were sent at once behind it.
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  private void refuse(ChannelHandlerContext context, String reason) {
    refused = true;
    HandlerUtils.sendErrorResponse(
        context,
        false,
        new ErrorResponseBody("refused: " + reason),
        HttpResponseStatus.FORBIDDEN,
        responseHeaders);
  }

  private static RestRequest read(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return new RestRequest(
        request.method().name(),
        request.uri(),
        headers.getAll(HttpHeaderNames.HOST),
        headers.getAll(HttpHeaderNames.ORIGIN),
        headers.getAll(RestGuard.SECRET_HEADER));
  }
}
