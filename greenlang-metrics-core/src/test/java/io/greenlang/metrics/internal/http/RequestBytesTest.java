package io.greenlang.metrics.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** The memory that requests reserve while they are in progress. */
class RequestBytesTest {

  private static final int MAX_BYTES = 1_000;
  private static final long HEAP_SHARE = Runtime.getRuntime().maxMemory() / 8;
  private static final List<String> GZIP = List.of("gzip");

  private final RequestBytes requests = new RequestBytes(MAX_BYTES);

  private static byte[] gzip(int length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(new byte[length]);
    }
    return out.toByteArray();
  }

  /** Returns the memory that is reserved while an operation of a request runs. */
  private long reservedDuring(byte[] body, List<String> encodings, IntToLongFunction memory)
      throws RequestException {
    return requests.with(body, encodings, memory, bytes -> requests.reserved());
  }

  @Test
  void with_plainBytes_reservesNothing() throws RequestException {
    assertThat(reservedDuring(new byte[7], List.of(), length -> 0)).isZero();
  }

  @Test
  void with_compressedBytes_reservesTheirLengthUntilTheEnd() throws Exception {
    long reserved = requests.with(gzip(200), GZIP, bytes -> requests.reserved());
    assertThat(reserved).isEqualTo(200);
    assertThat(requests.reserved()).isZero();
  }

  @Test
  void with_conversion_reservesItsMemory() throws Exception {
    assertThat(reservedDuring(new byte[7], List.of(), length -> 10L * length)).isEqualTo(70);
    assertThat(reservedDuring(gzip(200), GZIP, length -> 10L * length)).isEqualTo(2_200);
  }

  @Test
  void with_moreThanTheHeapShare_isRejectedWith429UntilOthersEnd() throws Exception {
    long reserved =
        requests.with(
            new byte[1],
            List.of(),
            length -> HEAP_SHARE,
            first -> {
              assertThatThrownBy(() -> reservedDuring(new byte[1], List.of(), length -> 1))
                  .isInstanceOfSatisfying(
                      RequestException.class, e -> assertThat(e.status()).isEqualTo(429));
              return requests.reserved();
            });
    assertThat(reserved).as("the rejected request holds nothing").isEqualTo(HEAP_SHARE);
    assertThat(reservedDuring(new byte[1], List.of(), length -> 1)).isEqualTo(1);
  }

  @Test
  void with_onlyOneRequest_mayExceedTheHeapShare() throws RequestException {
    assertThat(reservedDuring(new byte[1], List.of(), length -> 2 * HEAP_SHARE))
        .isEqualTo(2 * HEAP_SHARE);
  }

  @Test
  void with_anyFailure_releasesTheMemory() throws IOException {
    byte[] tooLong = gzip(MAX_BYTES + 1);
    byte[] valid = gzip(1);
    assertThatThrownBy(() -> requests.with(tooLong, GZIP, bytes -> 0))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.status()).isEqualTo(413));
    assertThatThrownBy(() -> requests.with(new byte[] {1, 2, 3}, GZIP, bytes -> 0))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.status()).isEqualTo(400));
    assertThatThrownBy(
            () ->
                requests.with(
                    valid,
                    GZIP,
                    bytes -> {
                      throw new IllegalStateException("the operation failed");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> requests.with(valid, List.of("br"), bytes -> 0))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.status()).isEqualTo(415));
    assertThat(requests.reserved()).isZero();
  }
}
