#!/usr/bin/env bash
# StackOne's TypeScript SDK 4.28.0 checks the categories of a session against a closed list
# in which "scheduling" is missing. A backend that authenticates a session with that
# category gets "Response validation failed" for a complete response.
. "$(dirname "$0")/lib.sh"
npm init -y >/dev/null
npm install --no-audit --no-fund @stackone/stackone-client-ts@4.28.0 >/dev/null

cat >main.mjs <<'JS'
import { once } from "node:events";
import http from "node:http";
import sdk from "@stackone/stackone-client-ts";

for (const category of ["hris", "hris-legacy", "scheduling"]) {
  const server = http.createServer((_, response) => {
    response.writeHead(201, { "Content-Type": "application/json" });
    response.end(JSON.stringify({
      id: 1, organization_id: 1, project_id: "p", origin_owner_id: "o", origin_owner_name: "n", categories: [category],
      created_at: "2031-03-01T12:00:00.000Z",
    }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = new sdk.StackOne({
    serverURL: `http://127.0.0.1:${server.address().port}`,
    security: { username: "key", password: "" },
  });
  const outcome = await client.connectSessions.authenticateConnectSession({ token: "t" })
    .then(() => "accepted", (error) => error.message);
  console.log(`${category}: ${outcome}`);
  server.close();
  server.closeAllConnections();
}
JS
output=$(node main.mjs)
echo "$output"
expect "$output" "hris: accepted"
expect "$output" "hris-legacy: accepted"
expect "$output" "scheduling: Response validation failed"
