// A stock server of the SDK's first line: versions up to 2025-11-25.
//
//   node stock_server.mjs http [--json] [--token WORD] [--seen FILE]
//   node stock_server.mjs stdio [--seen FILE]
//
// Over HTTP it says where it is: {"url":"http://127.0.0.1:40123/mcp"}. With sessions, and answers as event streams; --json:
// as JSON. POST /forget there ends all sessions, as a server does that begins anew.
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { call, has, option, tools } from "./tools.mjs";

const seen = option("--seen");

function stock_server() {
  const server = new Server({ name: "stock", version: "1.0.0" }, { capabilities: { tools: {} }, instructions: "A ship." });
  server.setRequestHandler(ListToolsRequestSchema, (request) => {
    // Two pages.
    const half = 4;
    return request.params?.cursor === "second"
      ? { tools: tools.slice(half) }
      : { tools: tools.slice(0, half), nextCursor: "second" };
  });
  server.setRequestHandler(CallToolRequestSchema, (request, extra) => {
    const token = request.params._meta?.progressToken;
    const progress = async (step, of, words) => {
      if (token !== undefined) {
        const params = { progressToken: token, progress: step, total: of, message: words };
        await extra.sendNotification({ method: "notifications/progress", params });
      }
    };
    return call(seen, request.params.name, request.params.arguments ?? {}, { signal: extra.signal, progress });
  });
  return server;
}

function refuse(response, status, words) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32000, message: words } }));
}

function serve_http() {
  const sessions = new Map();
  const token = option("--token");

  async function transport_for(request, response) {
    const id = request.headers["mcp-session-id"];
    if (id !== undefined) {
      if (!sessions.has(id)) {
        refuse(response, 404, "Session not found");
      }
      return sessions.get(id);
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: has("--json"),
      onsessioninitialized: (made) => void sessions.set(made, transport),
    });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await stock_server().connect(transport);
    return transport;
  }

  const listener = createServer(async (request, response) => {
    if (request.url === "/forget") {
      sessions.clear();
      response.end();
    } else if (request.url !== "/mcp") {
      refuse(response, 404, "Not Found");
    } else if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401, { "WWW-Authenticate": "Bearer" }).end();
    } else {
      const transport = await transport_for(request, response);
      await transport?.handleRequest(request, response);
    }
  });
  listener.listen(0, "127.0.0.1", () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${listener.address().port}/mcp` }));
  });
}

if (process.argv[2] === "stdio") {
  await stock_server().connect(new StdioServerTransport());
} else {
  serve_http();
}
