// The tools of the stock servers: some read, one writes, some fail, one takes nested arguments, one takes its time.
// Each call is written as a line of JSON into the file that --seen names, with what became of it.
import { appendFileSync } from "node:fs";

const about = (name, description, properties, more = {}) => ({
  name,
  description,
  inputSchema: { type: "object", properties, required: Object.keys(properties) },
  ...more,
});

const text = { type: "string" };

export const tools = [
  about("tide_table", "When the water is high in a harbour.", { harbour: text }, {
    title: "Tide table",
    annotations: { readOnlyHint: true },
    outputSchema: { type: "object", properties: { high: text, metres: { type: "number" } }, required: ["high", "metres"] },
  }),
  about("logbook_write", "Writes a line into the ship's log book.", { line: text }, {
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  }),
  about("anchor_drop", "Drops the anchor.", {}, { annotations: { readOnlyHint: false, destructiveHint: true } }),
  about("engine_start", "Starts the engine; it never does.", {}, { annotations: { readOnlyHint: true } }),
  about("radar_ask", "Asks the radar, which breaks the protocol.", {}, { annotations: { readOnlyHint: true } }),
  about("crew_muster", "Counts a watch of the crew.", {
    watch: {
      type: "object",
      properties: {
        name: text,
        people: {
          type: "array",
          items: { type: "object", properties: { name: text, age: { type: "integer" } }, required: ["name"] },
        },
      },
      required: ["name", "people"],
    },
  }, { annotations: { readOnlyHint: true } }),
  about("depth_sound", "Sounds the depth, slowly, until somebody has had enough of it.", { steps: { type: "integer" } }, {
    annotations: { readOnlyHint: true },
  }),
];

const said = (words) => ({ content: [{ type: "text", text: words }] });

function pause(milliseconds, signal) {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      failed(new Error("somebody has had enough"));
    });
  });
}

async function perform(name, given, { signal, progress }) {
  switch (name) {
    case "tide_table":
      return { ...said(`High water in ${given.harbour} at 14:07, 3.2 metres.`), structuredContent: { high: "14:07", metres: 3.2 } };
    case "logbook_write":
      return said(`Written: ${given.line}`);
    case "anchor_drop":
      return said("The anchor is down.");
    case "engine_start":
      return { ...said("The engine has no fuel."), isError: true };
    case "crew_muster":
      return said(`${given.watch.people.map((one) => one.name).join(" and ")} of the ${given.watch.name} watch`);
    case "depth_sound":
      for (let step = 1; step <= given.steps; step++) {
        await pause(50, signal);
        await progress(step, given.steps, `fathom ${step}`);
      }
      return said("Five fathoms.");
    default:
      throw new Error(`the server itself is broken by ${name}`);
  }
}

// `context`: signal, and progress(step, of, words), which may do nothing.
export async function call(file, name, given, context) {
  const record = (outcome) => file && appendFileSync(file, JSON.stringify({ tool: name, arguments: given, outcome }) + "\n");
  record("begun");
  try {
    const result = await perform(name, given, context);
    record(result.isError ? "failed" : "done");
    return result;
  } catch (failure) {
    record(context.signal.aborted ? "cancelled" : "broken");
    throw failure;
  }
}

// "--seen" → what stands behind it.
export function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

export const has = (name) => process.argv.includes(name);
