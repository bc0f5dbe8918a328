// The publications of the measured servers in JavaScript: the metrics, and the rhythm of our server's publisher.

const CHANNEL = 'bench.metrics';

/** The name of the topic. */
export const TOPIC = CHANNEL;

/** Reads the arguments of a server: port, metrics per second and host, metrics of a burst, and hosts. */
export function parseArguments() {
  const [port, rate, burst, hosts] = process.argv.slice(2).map(Number);
  if (![port, rate, burst, hosts].every((value) => value > 0)) {
    console.error(`usage: ${process.argv[1]} port rate burst hosts; each is a number above 0`);
    process.exit(2);
  }
  return { port, rate, burst, hosts };
}

/** Returns the JSON that our server sends for a metric. Its value is the sending time in microseconds. */
function metric(host) {
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  const timestamp = new Date(micros / 1000).toISOString();
  return `{"channel":"${CHANNEL}","name":"bench.time","type":"gauge","value":${micros},"timestamp":"${timestamp}",`
    + `"tags":{"env":"production","host":"h${host}"}}`;
}

/** Publishes at a steady rate in bursts. It continues without pausing if it falls behind, and skips nothing. */
export function publishSteadily({ rate, burst, hosts }, publish) {
  const period = (1000 * burst) / rate;
  let next = performance.now() + period;
  const tick = () => {
    if (performance.now() >= next) {
      next += period;
      for (let i = 0; i < burst * hosts; i++) {
        publish(metric(i % hosts));
      }
    }
    const wait = next - performance.now();
    if (wait > 0) {
      setTimeout(tick, wait);
    } else {
      setImmediate(tick);
    }
  };
  setTimeout(tick, period);
}
