// A stock client of the SDK's second line, which speaks 2026-07-28 with who does. Wants Node.js 20.
//
//   node stock_client_modern.mjs http URL [--token WORD]
//   node stock_client_modern.mjs stdio PROGRAM ARGUMENT...
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { option, story } from "./story.mjs";

const [, , way, where, ...more] = process.argv;

function transport() {
  if (way === "stdio") {
    return new StdioClientTransport({ command: where, args: more, env: process.env, stderr: "inherit" });
  }
  const token = option("--token");
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return new StreamableHTTPClientTransport(new URL(where), { requestInit: { headers } });
}

const client = new Client({ name: "stock", version: "2.0.0" }, { versionNegotiation: { mode: "auto" } });
await client.connect(transport());
assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
await story({
  list: async () => (await client.listTools()).tools,
  call: (name, given, { told, signal } = {}) => client.callTool({ name, arguments: given }, { onprogress: told, signal }),
  is_refusal: (error, code) => error.code === code,
});
await client.close();
