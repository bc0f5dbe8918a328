package io.greenlang.metrics.netty.internal.http;

import io.greenlang.metrics.websocket.transport.Handshake;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict parser of request heads, after RFC 9112. A head that two programs could read in two ways
 * is rejected, because a proxy in front may read it in the other way. A line may end without CR, as
 * section 2.2 permits.
 */
final class RequestParser {

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";

  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([^ ]++) HTTP/([0-9])\\.([0-9])");

  /**
   * A header on one line; optional white space surrounds the value. The quantifiers do not
   * backtrack: otherwise 16 KiB of blanks before an invalid byte would take a second.
   */
  private static final Pattern HEADER =
      Pattern.compile("(" + TOKEN + "):[ \\t]*+([\\t -~\\x80-\\xff]*+)");

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern ZERO = Pattern.compile("0+");
  private static final Pattern LEADING_ZEROS = Pattern.compile("^0+");

  /** The digits of the largest length that an int can hold. */
  private static final int MAX_DIGITS = 10;

  private RequestParser() {}

  /**
   * Parses a head of a request that must have no body.
   *
   * @param head the lines of the head with their ends, without the empty line
   * @throws BadRequestException if it is malformed, or announces a body
   */
  static RequestHead parse(String head) throws BadRequestException {
    return parse(head, path -> 0);
  }

  /**
   * Parses a head.
   *
   * @param head the lines of the head with their ends, without the empty line
   * @param maxBodyBytes returns the maximum length of the body of a request for a path
   * @throws BadRequestException if it is malformed, or announces a body that is too long
   */
  static RequestHead parse(String head, ToIntFunction<String> maxBodyBytes)
      throws BadRequestException {
    String[] lines = head.split("\r?\n");
    Matcher requestLine = REQUEST_LINE.matcher(lines[0]);
    if (!requestLine.matches()) {
      throw new BadRequestException("The request line is malformed");
    }
    if (!requestLine.group(3).equals("1")) {
      throw new BadRequestException(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "The HTTP version must be 1.1 or 1.0");
    }
    RequestTarget target = RequestTarget.parse(requestLine.group(2));
    boolean http11 = !requestLine.group(4).equals("0");
    HttpHeaders headers = headers(lines);
    RequestHead request =
        new RequestHead(requestLine.group(1), target, http11, headers, RequestHead.Body.NONE);
    validate(request);
    RequestHead.Body body = body(request, maxBodyBytes.applyAsInt(target.path()));
    return new RequestHead(request.method(), target, http11, headers, body);
  }

  /** Returns whether a line is one well-formed header. */
  static boolean isHeader(String line) {
    return HEADER.matcher(line).matches();
  }

  private static HttpHeaders headers(String[] lines) throws BadRequestException {
    HttpHeaders headers = new DefaultHttpHeaders();
    for (int i = 1; i < lines.length; i++) {
      Matcher header = HEADER.matcher(lines[i]);
      if (!header.matches()) {
        throw new BadRequestException("A header is malformed");
      }
      headers.add(header.group(1), header.group(2).strip());
    }
    return headers;
  }

  private static void validate(RequestHead request) throws BadRequestException {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    boolean oneHost = hosts.size() == 1 && RequestTarget.isAuthority(hosts.get(0));
    if (!oneHost && (request.http11() || !hosts.isEmpty())) {
      throw new BadRequestException("The request must have one valid Host header");
    }
    if (request.target().path().equals("*")
        && !request.method().equals(HttpMethod.OPTIONS.name())) {
      throw new BadRequestException("The request target * is for OPTIONS only");
    }
  }

  private static RequestHead.Body body(RequestHead request, int maxBytes)
      throws BadRequestException {
    boolean encoded = request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    List<String> lengths =
        Handshake.splitLists(request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH)).stream()
            .distinct()
            .toList();
    boolean oneLength = lengths.size() == 1 && DIGITS.matcher(lengths.get(0)).matches();
    if (encoded ? !lengths.isEmpty() || !request.http11() : !lengths.isEmpty() && !oneLength) {
      throw new BadRequestException("The length of the request body is ambiguous");
    }
    if (!encoded && (!oneLength || ZERO.matcher(lengths.get(0)).matches())) {
      return RequestHead.Body.NONE;
    }
    if (maxBytes == 0) {
      throw tooLarge("This server accepts no request bodies");
    }
    return encoded
        ? chunkedBody(request)
        : new RequestHead.Body(false, length(lengths.get(0), maxBytes));
  }

  /** Requires a coding that this server knows, because any other would hide the end of the body. */
  private static RequestHead.Body chunkedBody(RequestHead request) throws BadRequestException {
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.size() != 1 || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0))) {
      throw new BadRequestException(
          HttpResponseStatus.NOT_IMPLEMENTED, "The transfer coding must be chunked");
    }
    return new RequestHead.Body(true, 0);
  }

  private static int length(String digits, int maxBytes) throws BadRequestException {
    String significant = LEADING_ZEROS.matcher(digits).replaceFirst("");
    if (significant.length() > MAX_DIGITS || Long.parseLong(significant) > maxBytes) {
      throw tooLarge("The request body is longer than " + maxBytes + " bytes");
    }
    return Integer.parseInt(significant);
  }

  private static BadRequestException tooLarge(String text) {
    return new BadRequestException(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, text);
  }
}
