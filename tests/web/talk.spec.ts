// Calls and push-to-talk in the page: heard, seen, interrupted, broken and mended.
import type { Locator, Page } from "@playwright/test";
import { person, register, signIn } from "./people";
import { type Prompt, type Speech, embedded, expect, expectAccessible, held, letIn, on, opened, scripted, test } from "./stage";

// What the page's own playback worklet reported, and what an analyser beside it heard.
interface Listened {
  loudest: number;
  stops: number[]; // ms of sound after each
  // Since the last of them, the fade of 3 ms and what an analyser still holds of before left out.
  sinceStop: { loudest: number; playing: number };
}

// Puts an ear beside each loudspeaker of the page, before any of its scripts runs.
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const listened: Listened = { loudest: 0, stops: [], sinceStop: { loudest: 0, playing: 0 } };
    let stoppedAt = 0;
    const microphone = { loud: 0, quiet: 0 }; // frames of 20 ms; quiet: in a row
    Object.assign(window, { listened, microphone });
    window.AudioWorkletNode = class extends AudioWorkletNode {
      override connect(to: AudioNode | AudioParam): never {
        const ear = new AnalyserNode(this.context, { fftSize: 2048 });
        const samples = new Float32Array(ear.fftSize);
        super.connect(ear);
        setInterval(() => {
          ear.getFloatTimeDomainData(samples);
          const loudest = Math.max(...samples.map(Math.abs));
          listened.loudest = Math.max(listened.loudest, loudest);
          if (performance.now() - stoppedAt > 500) {
            listened.sinceStop.loudest = Math.max(listened.sinceStop.loudest, loudest);
          }
        }, 50);
        return super.connect(to as AudioNode) as never;
      }

      constructor(context: BaseAudioContext, name: string, options?: AudioWorkletNodeOptions) {
        super(context, name, options);
        this.port.addEventListener("message", ({ data }) => {
          if (data.samples) {
            microphone.loud += data.level > 0.4 ? 1 : 0;
            microphone.quiet = data.level > 0.4 ? 0 : microphone.quiet + 1;
          } else if (data.type === "stopped") {
            listened.stops.push(data.after / (context.sampleRate / 1000));
            listened.sinceStop = { loudest: 0, playing: 0 };
            stoppedAt = performance.now();
          } else if (data.type === "progress" && data.playing) {
            listened.sinceStop.playing += 1;
          }
        });
      }
    };
  });
}

const listened = (page: Page): Promise<Listened> =>
  page.evaluate(() => (window as unknown as { listened: Listened }).listened);

const own = (page: Page): Locator => page.locator(".talk-own");
const reply = (page: Page): Locator => page.locator(".talk-agent");

test("talks: own words, the reply to be heard, how long it took, and a second question", async ({
  stage,
  browserThatSays,
  open,
}) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(2, "what time is it", 7, "what time is it"), server.url, {
    before: listen,
  });
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Talk" })).toBeVisible();
  await expect(own(page).first()).toContainText(/what time is it/i);
  await expect(reply(page).first()).toContainText(/It is|It's/i);
  await expect.poll(async () => (await listened(page)).loudest).toBeGreaterThan(0.05);
  // All of it has been heard, and is marked so.
  await expect(page.locator(".talk-agent .talk-coming")).toHaveCount(0);
  const waterfall = page.locator(".talk-waterfall").first();
  await waterfall.getByText(/Answered in \d+ ms/).click();
  for (const step of ["Your words understood", "First word thought of", "First sound made", "First sound heard here"]) {
    await expect(waterfall.getByText(step)).toBeVisible();
  }
  await expect(own(page)).toHaveCount(2);
  await expect(reply(page)).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Hang up" }).click();
  await expect(page.getByRole("button", { name: "Call again" })).toBeVisible();
  await expect(own(page)).toHaveCount(2);
});

test("falls silent at once when one speaks up", async ({ stage, browserThatSays, open }, info) => {
  const server = await stage.launch({ settings: { ...scripted, SCRIPTED_REPLY_WORDS: "300" } });
  const page = await open(
    await browserThatSays(2, "what time is it", 5, "stop and tell me something else please"),
    server.url,
    { before: listen },
  );
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("Speaking", { exact: true })).toBeVisible();
  await expect(page.getByText("You interrupted here.")).toBeVisible();
  await expect(page.locator(".talk-unsaid").first()).toBeVisible();
  const { stops } = await listened(page);
  // By the clock of the sound: nothing but the fade of three milliseconds follows the word.
  expect(stops.length).toBeGreaterThan(0);
  for (const after of stops) {
    expect(after).toBeLessThanOrEqual(4);
  }
  const first = page.locator(".talk-waterfall").first();
  await first.locator("summary").click();
  const silent = first.locator("div").filter({ hasText: "Silent after your interruption" }).locator(".talk-number");
  await expect(silent).toHaveText(/^\d+(\.\d+)? ms$/);
  expect(parseFloat((await silent.textContent())!)).toBeLessThanOrEqual(20);
  info.annotations.push({ type: "from stop to silence", description: (await silent.textContent())! });
  console.log(`from stop to silence: ${await silent.textContent()}`);
});

test("falls silent by Escape, and by its button", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({
    // The second reply takes its time, so that what is heard before it can only be the first.
    settings: { ...scripted, SCRIPTED_REPLY_WORDS: "300", SCRIPTED_LLM_FIRST_MS: "2000" },
  });
  const page = await open(await browserThatSays(2, "what time is it", 12, "what time is it"), server.url, {
    before: listen,
  });
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("Speaking", { exact: true })).toBeVisible();
  await expect.poll(async () => (await listened(page)).loudest).toBeGreaterThan(0.02);
  await page.keyboard.press("Escape");
  await expect(page.getByText("You interrupted here.")).toHaveCount(1);
  // As it was in the moment in which the second question was there.
  const before = await page.waitForFunction(() => {
    const { listened } = window as unknown as { listened: Listened };
    return document.querySelectorAll(".talk-own:not(.talk-hearing)").length === 2 && { ...listened };
  });
  const { stops, sinceStop } = (await before.jsonValue()) as Listened;
  expect(stops.length).toBeGreaterThan(0);
  expect(sinceStop.playing).toBe(0);
  expect(sinceStop.loudest).toBeLessThan(0.001);
  await expect(page.getByText("Speaking", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Interrupt" }).click();
  await expect(page.getByText("You interrupted here.")).toHaveCount(2);
});

// How often the page's lines were opened is in `lines`; `cut` ends the present one as a lost network would.
async function hold(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const lines: WebSocket[] = [];
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL) {
        super(url);
        if (String(url).includes("media-stream")) {
          lines.push(this);
        }
      }
    };
    Object.assign(window, { lines });
  });
}

async function cut(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as { lines: WebSocket[] }).lines.at(-1)!.close(4000));
}

const greeting = "Hello, here I am.";
const greeted = { "repartee.toml": `[agents.repartee]\nfirst_response_message = "${greeting}"\n` };

// What the model is told at the second question: all that was said, the greeting once.
async function expectNothingForgotten(prompts: () => Promise<Prompt[]>, answer: string): Promise<void> {
  const asked = await prompts();
  expect(asked).toHaveLength(2);
  const said = asked[1]!.filter(({ role }) => role !== "system");
  expect(said).toEqual([
    { role: "assistant", content: greeting },
    { role: "user", content: "what time is it" },
    { role: "assistant", content: answer },
    { role: "user", content: "what time is it" },
  ]);
}

test("goes on when the line was cut: the agent knows what was said, and greets once", async ({ stage, browserThatSays, open }) => {
  const { settings, prompts } = await stage.model("It is", " half past nine.");
  const server = await stage.launch({ settings: { ...scripted, ...settings }, files: greeted });
  const page = await open(await browserThatSays(5, "what time is it", 9, "what time is it"), server.url, { before: hold });
  await page.goto(`${server.url}/#/talk?agent=repartee`);
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(reply(page).last()).toContainText("It is half past nine.");
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await cut(page);
  await expect(page.getByText("Connected again. The conversation goes on.")).toBeVisible();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await expect(own(page)).toHaveCount(2);
  await expect(reply(page)).toHaveCount(3);
  await expect(reply(page).filter({ hasText: greeting })).toHaveCount(1);
  await expect(page.getByText("You interrupted here.")).toHaveCount(0);
  await expectNothingForgotten(prompts, "It is half past nine.");
});

test("goes on in the midst of a reply when the line was cut", async ({ stage, browserThatSays, open }) => {
  const { settings, prompts } = await stage.model("One, two, three, four, five, six, seven, eight, nine, ten, eleven,", " twelve.");
  const server = await stage.launch({ settings: { ...scripted, ...settings, TTS_ENGINE: "flite" } });
  const page = await open(await browserThatSays(2, "what time is it"), server.url, { before: hold });
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("Speaking", { exact: true })).toBeVisible();
  await expect(reply(page).locator(".talk-heard")).toContainText("two");
  await cut(page);
  await expect(page.getByText("Connected again. The conversation goes on.")).toBeVisible();
  await expect(page.getByText("Speaking", { exact: true })).toBeVisible();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await expect(reply(page)).toHaveCount(1);
  await expect(reply(page).locator(".talk-heard")).toContainText("twelve.");
  await expect(page.locator(".talk-coming, .talk-unsaid")).toHaveCount(0);
  expect(await prompts()).toHaveLength(1);
});

test("goes on after the server was killed and is back", async ({ stage, browserThatSays, open }) => {
  const { settings, prompts } = await stage.model("It is", " half past nine.");
  const server = await stage.launch({ settings: { ...scripted, ...settings }, files: greeted });
  const page = await open(await browserThatSays(5, "what time is it", 20, "what time is it"), server.url, {
    trouble: true,
  });
  await page.goto(`${server.url}/#/talk?agent=repartee`);
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(reply(page).last()).toContainText("It is half past nine.");
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await server.vanish();
  await expect(page.locator(".talk-mood")).toHaveText("The connection was lost. Reconnecting…");
  await expect(page.getByRole("status").filter({ hasText: "The connection was lost." })).toHaveCount(1);
  await expect(reply(page).last()).toContainText("It is half past nine.");
  await server.comeBack();
  await expect(page.getByText("Connected again. The conversation goes on.")).toBeVisible();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await expect(own(page)).toHaveCount(2);
  await expect(reply(page)).toHaveCount(3);
  await expectNothingForgotten(prompts, "It is half past nine.");
});

test("says that the agent has forgotten, where the server has", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(2, "what time is it"), server.url, {
    trouble: true,
    before: async (page) => {
      await hold(page);
      // What it comes back with is no token of that server's.
      await page.addInitScript(() => {
        const Real = window.WebSocket;
        window.WebSocket = class extends Real {
          constructor(url: string | URL) {
            super(String(url).replace(/resume=[0-9a-f]{64}/, `resume=${"0".repeat(64)}`));
          }
        };
      });
    },
  });
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(reply(page)).toContainText("It is half past nine.");
  await cut(page);
  await expect(page.getByText("Connected again. The agent has forgotten what was said before.")).toBeVisible();
});

test("is somebody's own with an account: found in the history, and forgotten", async ({ stage, browserThatSays, open }) => {
  const { settings, prompts } = await stage.model("It is", " half past nine.");
  const server = await stage.launch({ settings: { ...scripted, ...settings } });
  const page = await open(await browserThatSays(3, "what time is it"), server.url);
  await register(page);
  await page.getByRole("navigation").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("navigation").getByRole("link", { name: "Sign in" }).click();
  await signIn(page);
  await expect(page.getByRole("navigation").getByText(person.name)).toBeVisible();
  await page.goto(`${server.url}/#/talk`);
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(reply(page)).toContainText("It is half past nine.");
  await expect(page.locator(".talk-waterfall")).toBeVisible();
  expect((await prompts())[0]![0]!.content).toContain(`You are talking to ${person.name}.`);
  await page.getByRole("button", { name: "Hang up" }).click();

  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("what time is it");
  await rows.getByRole("link").click();
  await expect(page.getByRole("listitem").filter({ hasText: "It is half past nine." })).toHaveCount(1);
  await page.getByRole("main").getByRole("link", { name: "History" }).click();
  await page.getByRole("button", { name: /^Delete: / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Nothing has been said yet")).toBeVisible();
});

test("connects anew when nothing it sends gets through", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(), server.url);
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  // A line that is dead without having been closed: what is sent piles up.
  const another = page.waitForEvent("websocket");
  await page.evaluate(() => {
    const socket = WebSocket.prototype;
    const real = Object.getOwnPropertyDescriptor(socket, "bufferedAmount")!;
    Object.defineProperty(socket, "bufferedAmount", { ...real, get: () => 1_000_000 });
    Object.assign(window, { mend: () => Object.defineProperty(socket, "bufferedAmount", real) });
  });
  await expect(page.getByText("The network is slow: some of what you say may be lost.")).toBeVisible();
  await another;
  await page.evaluate(() => (window as unknown as { mend: () => void }).mend());
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await expect(page.getByText("The network is slow")).toHaveCount(0);
});

test("lets go of the microphone when its screen is left, whenever that is", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(), server.url);
  const leave = () => page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  await held(page);
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect.poll(() => opened(page)).toBe(1);
  await leave();
  await letIn(page);
  await expect.poll(() => on(page)).toBe(0);

  await page.goto("#/talk");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  // Who listens is shown, and not told aloud.
  await expect(page.getByRole("status").filter({ hasText: "Listening" })).toHaveCount(0);
  expect(await on(page)).toBe(1);
  await leave();
  await expect.poll(() => on(page)).toBe(0);

  await page.goto("#/talk");
  await page.getByRole("button", { name: "Push to talk instead" }).click();
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByRole("button", { name: "Hold to talk" })).toBeEnabled();
  expect(await on(page)).toBe(1);
  await leave();
  await expect.poll(() => on(page)).toBe(0);
  expect(await opened(page)).toBe(3);
});

test("says how to allow a microphone that is blocked", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url, { microphone: "refused" });
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("The microphone is blocked for this page.")).toBeVisible();
  await expect(page.getByText(/Click the sign left of the address/)).toBeVisible();
  await expectAccessible(page);
  await page.context().grantPermissions(["microphone"]);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
});

test("says that a call has been as long as it may be", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ files: { "repartee.toml": '[agents.repartee]\nsession_timeout = "2s"\n' } });
  const page = await open(await browserThatSays(), server.url);
  await page.goto(`${server.url}/#/talk?agent=repartee`);
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(page.getByText("The call has been as long as calls may be.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Call", exact: true })).toBeVisible();
});

test("offers push-to-talk where calls do not get through", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url, {
    trouble: true,
    // An agent that the server does not have: it refuses the handshake, as a proxy would that lets none pass.
    before: async (page) => {
      await page.route("**/api/console/overview", async (route) => {
        const response = await route.fetch();
        const overview = { ...(await response.json()), agents: [{ id: "gone", name: "Gone", language: "en", default: true }] };
        await route.fulfill({ response, json: overview });
      });
    },
  });
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("The server answers, but calls do not get through.")).toBeVisible();
  await page.getByRole("button", { name: "Push to talk", exact: true }).click();
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByRole("button", { name: "Hold to talk" })).toBeEnabled();
});

test("talks in one tab at a time", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url);
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(server.url);
  await other.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(other.getByText("You are talking in another tab.")).toBeVisible();
  await other.getByRole("button", { name: "Talk here instead" }).click();
  await expect(other.getByText("Listening", { exact: true })).toBeVisible();
  await expect(page.getByText("The conversation went on in another tab.")).toBeVisible();
});

test("talks by push-to-talk, with the button and with the space bar", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(3, ...Array<Speech>(6).fill(["what time is it", 4]).flat()), server.url, {
    before: listen,
  });
  await page.goto(`${server.url}/#/talk`);
  await page.getByRole("button", { name: "Push to talk instead" }).click();
  await page.getByRole("button", { name: "Begin" }).click();
  const button = page.getByRole("button", { name: "Hold to talk" });
  await expect(button).toBeEnabled();
  await button.hover();
  await quiet(page);
  await page.mouse.down();
  await said(page);
  await page.mouse.up();
  await expect(own(page)).toContainText(/what time is it/i);
  await expect(reply(page)).toContainText(/It is|It's/i);
  await expect.poll(async () => (await listened(page)).loudest).toBeGreaterThan(0.05);
  await expectAccessible(page);
  await page.locator("#main").focus();
  await quiet(page);
  await page.keyboard.down("Space");
  await said(page);
  await page.keyboard.up("Space");
  await expect(own(page)).toHaveCount(2);
  await expect(reply(page)).toHaveCount(2);
});

// Returns once the page's microphone hears nothing.
async function quiet(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const heard = (window as unknown as { microphone: { loud: number; quiet: number } }).microphone;
    heard.loud = 0;
    return heard.quiet >= 20;
  });
}

// Returns once it has heard something loud since, and then nothing.
async function said(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const heard = (window as unknown as { microphone: { loud: number; quiet: number } }).microphone;
    return heard.loud >= 20 && heard.quiet >= 20;
  });
}

for (const theme of ["light", "dark"] as const) {
  for (const [size, viewport] of [
    ["desktop", { width: 1200, height: 800 }],
    ["phone", { width: 390, height: 844 }],
  ] as const) {
    test(`looks well, ${theme}, ${size}`, async ({ stage, browserThatSays, open }, info) => {
      const server = await stage.launch({ settings: { ...embedded } });
      const page = await open(await browserThatSays(2, "what time is it", 5, "what time is it"), server.url, {
        theme,
        viewport,
      });
      await page.emulateMedia({ reducedMotion: "no-preference" });
      await page.goto(`${server.url}/#/talk`);
      await expect(page.getByRole("button", { name: "Call", exact: true })).toBeVisible();
      await page.screenshot({ path: info.outputPath(`talk-before-${theme}-${size}.png`) });
      await page.getByRole("button", { name: "Call", exact: true }).click();
      await expect(reply(page).first()).toBeVisible();
      await page.getByText(/Answered in/).first().click();
      // In the midst of it.
      await expect(reply(page)).toHaveCount(2);
      await expect(reply(page).last().locator(".talk-heard")).toContainText("is");
      await page.screenshot({ path: info.outputPath(`talk-${theme}-${size}.png`) });
      await expectAccessible(page);
    });
  }
}
