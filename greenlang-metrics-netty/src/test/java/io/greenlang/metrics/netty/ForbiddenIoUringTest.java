package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server in a process whose seccomp filter refuses a system call of io_uring with EPERM, as the
 * default profile of Docker does.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class ForbiddenIoUringTest {

  /** The numbers of io_uring_setup and io_uring_enter, on all processors. */
  private static final String SETUP = "425";

  private static final String ENTER = "426";

  private static final String FILTER =
      """
      import ctypes, os, struct, sys
      def instruction(code, on_true, on_false, value):
          return struct.pack("HBBI", code, on_true, on_false, value)
      program = (instruction(0x20, 0, 0, 0)                         # load the number of the call
          + instruction(0x15, 0, 1, int(sys.argv[1]))               # is it the forbidden one?
          + instruction(0x06, 0, 0, 0x00050001)                     # fail with EPERM
          + instruction(0x06, 0, 0, 0x7fff0000))                    # allow
      memory = ctypes.create_string_buffer(program, len(program))
      header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(memory))
      libc = ctypes.CDLL(None, use_errno=True)
      none = ctypes.c_ulong(0)
      if libc.prctl(38, ctypes.c_ulong(1), none, none, none) != 0:  # PR_SET_NO_NEW_PRIVS
          sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
      if libc.prctl(22, ctypes.c_ulong(2), header, none, none) != 0:  # PR_SET_SECCOMP
          sys.exit("seccomp: " + os.strerror(ctypes.get_errno()))
      os.execv(sys.argv[2], sys.argv[2:])
      """;

  @TempDir private Path folder;

  @BeforeEach
  void requireIoUring() {
    Assumptions.assumeTrue(IoUring.isAvailable(), "io_uring");
  }

  @Test
  void start_automaticAndForbidden_servesWithEpoll() throws IOException {
    Path log = folder.resolve("log");
    try (LimitedProcess process = LimitedProcess.start(forbidding(SETUP), "auto", log);
        RawWebSocket client = RawWebSocket.open(process.url())) {
      client.ask(TransportFixture.subscribe(""), "subscribed");
      process.publish(7);
      assertThat(client.nextMessage().values("n")).containsExactly(7.0);
    }
    assertThat(Files.readAllLines(log, UTF_8))
        .filteredOn(line -> line.contains("Listening on"))
        .singleElement()
        .asString()
        .endsWith("(epoll)");
  }

  @ParameterizedTest
  @ValueSource(strings = {SETUP, ENTER})
  void start_forbiddenIoUringRequired_failsAndNamesReason(String call) throws Exception {
    Path log = folder.resolve("log");
    try (LimitedProcess process = LimitedProcess.start(forbidding(call), "io_uring", log)) {
      assertThat(process.awaitExit()).isEqualTo(1);
    }
    assertThat(Files.readString(log, UTF_8))
        .contains("WS_IO=io_uring, but io_uring is unavailable: ")
        .contains("; set WS_IO to auto");
  }

  private static List<String> forbidding(String call) {
    return List.of("python3", "-c", FILTER, call);
  }
}
