#!/usr/bin/env bash
# Serves the app on the loopback interface and rebuilds it on change; Ctrl-C ends it.
source "$(dirname "$0")/common.sh"

need_app_tools

# The wanted port, or the next one that is free.
port=$(node -e '
  const server = require("node:net").createServer();
  let port = Number(process.argv[1]);
  server.on("error", () => server.listen(++port, "127.0.0.1"));
  server.on("listening", () => { console.log(port); server.close(); });
  server.listen(port, "127.0.0.1");
' "${PORT:-8080}")

trunk serve --address 127.0.0.1 --port "$port" &
trunk=$!
trap 'kill "$trunk" 2>/dev/null || true; wait "$trunk" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

# The first build may take minutes; Trunk answers when it is done.
until node -e 'fetch(process.argv[1]).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))' "http://127.0.0.1:$port/"; do
  kill -0 "$trunk" 2>/dev/null || fail "trunk serve ended before it answered"
  sleep 0.5
done
printf '\nReplayscope is at http://127.0.0.1:%s/session?src=sessions/market/session.json\n' "$port"
wait "$trunk"
