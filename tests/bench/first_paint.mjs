// node tests/bench/first_paint.mjs URL [LOADS]: how long a browser that has nothing of the page yet takes until it
// shows something (first contentful paint), and until the home screen is there; from a server that runs at URL. Exits
// with 1 when the median of the first is over what was designed for.
//
// The packages are those of tests/web: build the target web_tests first.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const wanted = 300; // ms, on loopback
const [url = "http://127.0.0.1:8000", loads = "20"] = process.argv.slice(2);
const build = process.env.REPARTEE_BUILD ?? fileURLToPath(new URL("../../build/dev", import.meta.url));
const { chromium } = createRequire(`${build}/tests/web/`)("playwright-core");

const browser = await chromium.launch({
  executablePath: process.env.REPARTEE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const paints = [];
const screens = [];
for (let i = 0; i < Number(loads); ++i) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  screens.push(await page.evaluate(() => performance.now()));
  paints.push(
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          new PerformanceObserver((list, observer) => {
            const paint = list.getEntriesByName("first-contentful-paint")[0];
            if (paint) {
              observer.disconnect();
              resolve(paint.startTime);
            }
          }).observe({ type: "paint", buffered: true });
        }),
    ),
  );
  await context.close();
}
await browser.close();

const at = (values, share) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
for (const [what, values] of [["first paint", paints], ["home screen", screens]]) {
  console.log(`${what}: median ${at(values, 0.5).toFixed(0)} ms, p90 ${at(values, 0.9).toFixed(0)} ms, most ${at(values, 1).toFixed(0)} ms (${values.length} loads)`);
}
process.exitCode = at(paints, 0.5) > wanted ? 1 : 0;
