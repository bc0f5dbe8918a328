# Starts each server of the comparison on core 0. Sourced by `bench-peers`, after `measure.sh`.
#
# serve_NAME starts a server with the load in `rate`, `burst` and `hosts`, and sets `client` to the options of the load
# generator that belong to it.

peer_port=8103
peers=$target/peers
nchan=/usr/lib/nginx/modules/ngx_nchan_module.so
PATH=$PATH:/usr/sbin:/sbin

# need PATH_OR_COMMAND REMEDY
need() {
  [ -e "$1" ] || command -v "$1" >/dev/null ||
    die "$1 not found: $2 ('make bench-peers' does it), or choose other servers with --servers."
}

# require NAME: ends with a sentence if a server is not installed.
require() {
  case $1 in
    bun | ws) need "$peers/node_modules/$1" "install the npm package $1 into target/peers" ;;
    nchan)
      need nginx "install nginx-light"
      need "$nchan" "install libnginx-mod-nchan"
      ;;
    mosquitto | nats-server) need "$1" "install $1" ;;
    nats) require nats-server ;;
  esac
}

# launch COMMAND...: starts a server that prints no line, and waits until it accepts connections.
launch() {
  taskset -c 0 "$@" </dev/null >"$scratch/server" 2>"$scratch/errors" &
  server_pid=$!
  local attempts=300
  until (exec 4<>"/dev/tcp/127.0.0.1/$peer_port") 2>/dev/null; do
    if ! kill -0 "$server_pid" 2>/dev/null || [ $((attempts -= 1)) = 0 ]; then
      cat "$scratch/server" "$scratch/errors" >&2
      die "$1 did not listen at port $peer_port"
    fi
    sleep 0.1
  done
}

# end: ends the server, which may exit with the signal.
end() {
  exec 3>&-
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" || true
  server_pid=''
}

serve_floor() {
  client=(--port 8101)
  start 8101 "$target/floor" -p 8101 -m burst -i "$1" -r "$rate" -b "$burst"
}

# serve_ours IO FORM: our server by an I/O method; subscribers request json, msgpack, batch or columnar.
serve_ours() {
  local view='' how=each
  case $2 in
    msgpack) view=',"compression":true' ;;
    batch) view=',"batch":true' how=together ;;
    columnar) view=',"compression":true,"format":"columnar"' how=together ;;
  esac
  client=(--port 8102 --path /ws/metrics
    --subscribe "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"bench.metrics\"]$view}}")
  [ "$2" != msgpack ] || client+=(--payload msgpack)
  [ "$2" != columnar ] || client+=(--payload columns --per-marker $((burst * hosts)))
  # shellcheck disable=SC2086
  WS_IO=$1 start 8102 "$java" $server_options -cp "$classpath" $main.BenchServer \
    --port 8102 --rate "$rate" --burst "$burst" --hosts "$hosts" --publish "$how"
}

serve_bun() {
  client=(--port "$peer_port")
  start "$peer_port" "$peers/node_modules/.bin/bun" "$module/src/main/js/bun-server.mjs" "$peer_port" "$rate" "$burst" "$hosts"
}

serve_ws() {
  client=(--port "$peer_port")
  PEERS=$peers start "$peer_port" node "$module/src/main/js/ws-server.mjs" "$peer_port" "$rate" "$burst" "$hosts"
}

# One process, so that its CPU time is that of nginx.
serve_nchan() {
  cat >"$scratch/nginx.conf" <<CONF
load_module $nchan;
daemon off;
master_process off;
pid $scratch/nginx.pid;
error_log stderr warn;
events { worker_connections 20000; }
http {
  access_log off;
  tcp_nodelay on;
  client_body_temp_path $scratch;
  server {
    listen 127.0.0.1:$peer_port backlog=4096;
    location = /subscribe {
      nchan_subscriber websocket;
      nchan_channel_id bench;
      nchan_subscriber_first_message newest;
    }
    location = /publish {
      nchan_publisher websocket;
      nchan_channel_id bench;
      nchan_message_timeout 10s;
    }
  }
}
CONF
  client=(--port "$peer_port" --path /subscribe --publish-path /publish)
  launch nginx -p "$scratch" -c "$scratch/nginx.conf"
}

# Version 2.0.11 does not start without a listener for plain MQTT.
serve_mosquitto() {
  cat >"$scratch/mosquitto.conf" <<CONF
listener $peer_port 127.0.0.1
protocol websockets
listener 8104 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
log_type error
CONF
  client=(--port "$peer_port" --protocol mqtt --publish-path /)
  launch mosquitto -c "$scratch/mosquitto.conf"
}

serve_nats() {
  cat >"$scratch/nats.conf" <<CONF
listen: 127.0.0.1:8104
ping_interval: "1h"
websocket { listen: "127.0.0.1:$peer_port", no_tls: true, compression: false }
CONF
  client=(--port "$peer_port" --protocol nats --publish-path /)
  launch nats-server -c "$scratch/nats.conf"
}

# serve NAME: starts a server by its name.
serve() {
  case $1 in
    floor-write) serve_floor write ;;
    floor-io_uring) serve_floor io_uring ;;
    io_uring | epoll | nio) serve_ours "$1" json ;;
    json | msgpack | batch | columnar) serve_ours auto "$1" ;;
    bun | ws | nchan | mosquitto | nats) "serve_$1" ;;
    *) die "--servers has the unknown server '$1'; see --help" ;;
  esac
}

# version NAME: prints the name and version of the program behind a server.
version() {
  case $1 in
    bun) echo "Bun $("$peers/node_modules/.bin/bun" --version)" ;;
    ws) echo "ws $(node -p "require('$peers/node_modules/ws/package.json').version") on Node $(node -p process.versions.node)" ;;
    nchan) echo "Nchan $(dpkg-query -Wf '${Version}' libnginx-mod-nchan) in $(nginx -v 2>&1 | sed 's/.*: //')" ;;
    mosquitto) mosquitto -h 2>/dev/null | sed -n 's/^mosquitto version /Mosquitto /p' || true ;;
    nats) nats-server --version ;;
  esac
}
