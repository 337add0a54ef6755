#!/usr/bin/env bash
# Serves the app on the loopback interface and rebuilds it on change; Ctrl-C ends it.
source "$(dirname "$0")/common.sh"

need_app_tools

# The requested port, or the next free one. `localhost` may resolve to an IPv6 address: where the machine has one, the port
# must be free there too, and the app is also served there.
read -r port has_ipv6 < <(node -e '
  const { createServer } = require("node:net");
  const listen = (port, host) => new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve({ error: error.code, close() {} }));
    server.once("listening", () => resolve(server));
    server.listen({ port, host, ipv6Only: host === "::1" });
  });
  (async () => {
    for (let port = Number(process.argv[1]); ; port += 1) {
      const servers = [await listen(port, "127.0.0.1"), await listen(port, "::1")];
      const [first, second] = servers.map(({ error }) => error);
      servers.forEach((server) => server.close());
      const hasIPv6 = second !== "EADDRNOTAVAIL" && second !== "EAFNOSUPPORT";
      if (first === undefined && (second === undefined || !hasIPv6)) return console.log(port, hasIPv6);
    }
  })();
' "${PORT:-8080}")

# The player is served from `localhost`, a different site than 127.0.0.1 for the browser: it runs in its own process.
export REPLAYSCOPE_APP_ORIGIN="http://127.0.0.1:$port" REPLAYSCOPE_PLAYER_ORIGIN="http://localhost:$port"
addresses=(--address 127.0.0.1)
if [ "$has_ipv6" = true ]; then addresses+=(--address ::1); fi

trunk serve "${addresses[@]}" --port "$port" &
trunk=$!
trap 'kill "$trunk" 2>/dev/null || true; wait "$trunk" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

# The first build may take minutes; Trunk responds when it has finished.
until node -e 'fetch(process.argv[1]).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))' "http://127.0.0.1:$port/"; do
  kill -0 "$trunk" 2>/dev/null || fail "trunk serve exited before it responded"
  sleep 0.5
done
printf '\nReplayscope is at http://127.0.0.1:%s/session?src=sessions/market/session.json\n' "$port"
wait "$trunk"
