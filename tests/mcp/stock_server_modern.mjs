// A stock server of the SDK's second line: 2026-07-28, and what came before without sessions. Wants Node.js 20.
//
//   node stock_server_modern.mjs [--token WORD] [--seen FILE]        {"url":"http://127.0.0.1:40123/mcp"}
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, Server } from "@modelcontextprotocol/server";
import { call, has, option, tools } from "./tools.mjs";

const seen = option("--seen");
const token = option("--token");

function stock_server() {
  const server = new Server({ name: "stock", version: "2.0.0" }, { capabilities: { tools: {} }, instructions: "A ship." });
  server.setRequestHandler("tools/list", () => ({ tools }));
  server.setRequestHandler("tools/call", (request, context) => {
    const wanted = context.mcpReq._meta?.progressToken;
    const progress = async (step, of, words) => {
      if (wanted !== undefined) {
        const params = { progressToken: wanted, progress: step, total: of, message: words };
        await context.mcpReq.notify({ method: "notifications/progress", params });
      }
    };
    return call(seen, request.params.name, request.params.arguments ?? {}, { signal: context.mcpReq.signal, progress });
  });
  return server;
}

const handler = toNodeHandler(createMcpHandler(stock_server, has("--strict") ? { legacy: "reject" } : {}));
const listener = createServer(async (request, response) => {
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401, { "WWW-Authenticate": "Bearer" }).end();
    return;
  }
  await handler(request, response);
});
listener.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${listener.address().port}/mcp` }));
});
