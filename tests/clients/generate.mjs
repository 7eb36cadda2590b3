// Makes a TypeScript client of a description, as anybody would.
//
//   node generate.mjs openapi.json FOLDER
import { createClient } from "@hey-api/openapi-ts";

const [input, output] = process.argv.slice(2);
await createClient({
  input,
  output,
  plugins: ["@hey-api/client-fetch"],
  logs: { level: "warn", file: false },
});
