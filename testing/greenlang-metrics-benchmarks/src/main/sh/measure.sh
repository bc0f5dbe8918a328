# Starts, measures and stops one server. Sourced by `run`.

classpath="$target/classes:$target/lib/*"
main=io.greenlang.metrics.benchmarks.fanout

# A user's defaults: only the heap is limited.
server_options=-Xmx512m

scratch=$(mktemp -d)
server_pid='' generator_pid=''
finish() {
  for pid in $server_pid $generator_pid; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM
mkfifo "$scratch/commands"

# await TEXT: waits until the server prints a line that begins with the text.
await() {
  local attempts=300
  until grep -q "^$1" "$scratch/server"; do
    if ! kill -0 "$server_pid" 2>/dev/null || [ $((attempts -= 1)) = 0 ]; then
      cat "$scratch/server" "$scratch/errors" >&2
      die "the server did not print '$1'"
    fi
    sleep 0.1
  done
}

# start PORT COMMAND...: starts a server on core 0. Our server serves until its input ends; the script
# holds the other end, so that no server outlives it.
start() {
  local port=$1
  shift
  : >"$scratch/server"
  # No rate limit: 20 metrics per second exceed the default.
  RATE_LIMIT_MAX_MESSAGES_PER_MINUTE=0 taskset -c 0 "$@" \
    <"$scratch/commands" >>"$scratch/server" 2>"$scratch/errors" &
  server_pid=$!
  exec 3>"$scratch/commands"
  await "listening $port"
}

stop() {
  exec 3>&-
  if [[ $1 == floor* ]]; then kill "$server_pid"; fi
  wait "$server_pid" || die "the server failed: $(cat "$scratch/errors")"
  server_pid=''
}

# memory: prints the memory that our server retains after a garbage collection.
memory() {
  : >"$scratch/server"
  echo memory >&3
  await memory
  sed -n 's/^memory //p' "$scratch/server"
}

# generate SERVER OPTIONS...: starts the subscribers on core 1.
generate() {
  local server=$1
  shift
  taskset -c 1 "$java" -Xmx256m -cp "$classpath" $main.FanOut --pid "$server_pid" \
    --scenario "$name" --server "$server" --subscribers "$subscribers" \
    --rate "$rate" --burst "$burst" --warmup "$warmup" --seconds "$seconds" "$@" \
    >"$scratch/generator" &
  generator_pid=$!
}

# finished ADDITIONS...: waits for the subscribers, prints their result, and stores its line with the additions.
finished() {
  if ! wait "$generator_pid"; then
    cat "$scratch/generator" "$scratch/errors" >&2
    die "the load generator failed"
  fi
  generator_pid=''
  grep -v -e '^holding' -e '^result' "$scratch/generator"
  echo "$(grep '^result' "$scratch/generator") round=$round $*" >>"$results"
}

# measure_floor SERVER MODE: measures the floor, with one write per publication or per burst.
measure_floor() {
  start 8101 "$target/floor" -p 8101 -m "$2" -r "$rate" -b "$burst"
  generate "$1" --port 8101
  finished
  stop "$1"
}

# measure_ours SERVER PUBLISH BATCH: measures our server, including its memory.
measure_ours() {
  local before during
  # shellcheck disable=SC2086
  start 8102 "$java" $server_options -cp "$classpath" $main.BenchServer \
    --port 8102 --rate "$rate" --burst "$burst" --publish "$2"
  before=$(memory)
  generate "$1" --port 8102 --path /ws/metrics --hold 5 \
    --subscribe "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"bench.metrics\"],\"batch\":$3}}"
  while kill -0 "$generator_pid" 2>/dev/null && ! grep -q '^holding' "$scratch/generator"; do
    sleep 0.2
  done
  during=$(memory)
  finished "$during" "$(sed 's/[a-z_]*=/idle_&/g' <<<"$before")"
  stop "$1"
}

# measure_filters SERVER FILTERS: measures our server with the subscribers spread over that many filters.
measure_filters() {
  # shellcheck disable=SC2086
  start 8102 "$java" $server_options -cp "$classpath" $main.BenchServer \
    --port 8102 --rate "$rate" --burst "$burst" --hosts "$subscribers"
  generate "$1" --port 8102 --path /ws/metrics --filters "$2" \
    --subscribe '{"type":"subscribe","data":{"channels":["bench.metrics"],"tags":{"host":"h%d"}}}'
  finished
  stop "$1"
}
