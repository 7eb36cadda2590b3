// A stock client of the SDK's first line (2025-11-25):
//
//   node stock_client.mjs http URL [--token WORD]
//   node stock_client.mjs stdio PROGRAM ARGUMENT...
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
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

const client = new Client({ name: "stock", version: "1.0.0" });
const line = transport();
await client.connect(line);
assert.equal(client.getServerVersion().name, "repartee");
assert.ok(client.getInstructions().includes("ask"));
await client.ping();
await story({
  list: async () => (await client.listTools()).tools,
  call: (name, given, { told, signal } = {}) => client.callTool({ name, arguments: given }, undefined, { onprogress: told, signal }),
  is_refusal: (error, code) => error.code === code,
});
await line.terminateSession?.();
await client.close();
