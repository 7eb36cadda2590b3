// Judges a description of an API: against OpenAPI's own schema, and by a linter's rules, which see what no schema can.
//
//   node validate.mjs openapi.json
import { readFile } from "node:fs/promises";

import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";

const [file] = process.argv.slice(2);
const text = await readFile(file, "utf8");

const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(text));
const config = await createConfig({
  extends: ["recommended"],
  rules: {
    // "/api/v1/skills/" is what the original's clients ask for.
    "no-path-trailing-slash": "off",
    // Two questions are open to everybody and cannot be put wrongly.
    "operation-4xx-response": "off",
  },
});
const problems = await lintFromString({ source: text, absoluteRef: file, config });

const complaints = problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`);
if (!valid) {
  complaints.push(JSON.stringify(errors, null, 2));
}
console.log(complaints.join("\n") || `valid OpenAPI ${validator.version}`);
process.exitCode = complaints.length ? 1 : 0;
