/* metric_frame: a publication of one metric as a WebSocket frame, with the bytes that our server sends for it. */
#include <stddef.h>
#include <stdio.h>
#include <time.h>

enum { FRAME_ROOM = 256 }; /* a frame has about 170 bytes */

/* Encodes a frame: FIN and text, no mask, a 16-bit length. The value is the sending time, for the latency. */
static size_t metric_frame(char *frame) {
  struct timespec now;
  struct tm utc;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  char seconds[32];
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
  int length = snprintf(frame + 4, FRAME_ROOM - 4,
                        "{\"channel\":\"bench.metrics\",\"name\":\"bench.time\",\"type\":\"gauge\",\"value\":%lld,"
                        "\"timestamp\":\"%s.%03ldZ\",\"tags\":{\"env\":\"production\",\"host\":\"h0\"}}",
                        (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000, seconds, now.tv_nsec / 1000000);
  frame[0] = (char)0x81, frame[1] = 126, frame[2] = length >> 8, frame[3] = length & 255;
  return length + 4;
}
