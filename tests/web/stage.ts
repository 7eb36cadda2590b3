// What every test of the page has: a stage (servers, a robot, a room; see stage.py), a browser whose microphone is a
// file, and a page that is watched: an error on its console, or a request to anywhere but its own server, fails the
// test.
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type Page, test as base, chromium, expect } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";

export { expect };

// Numbers are seconds of silence, texts are spoken.
export type Speech = (string | number)[];

export interface LaunchOptions {
  settings?: Record<string, string>;
  files?: Record<string, string>;
  arguments?: string[];
  ready?: boolean;
}

export type Prompt = { role: string; content: string }[];

// Engines that say at once what they are told to.
export const scripted = {
  STT_ENGINE: "scripted",
  LLM_ROUTE: "scripted",
  TTS_ENGINE: "scripted",
  SCRIPTED_STT_TEXT: "what time is it",
  SCRIPTED_REPLY: "It is half past nine. Shall I remind you?",
};
// The engines that come with the program.
export const embedded = { STT_ENGINE: "pocketsphinx", LLM_ROUTE: "rules", TTS_ENGINE: "flite" };

export class Server {
  constructor(
    private readonly stage: Stage,
    private readonly number: number,
    readonly url: string,
  ) {}

  // Ended as SIGTERM does.
  end(): Promise<void> {
    return this.stage.do("end", { server: this.number });
  }
  // Killed, and later back at the same address with the same data.
  vanish(): Promise<void> {
    return this.stage.do("vanish", { server: this.number });
  }
  comeBack(): Promise<void> {
    return this.stage.do("come_back", { server: this.number });
  }
  events(): Promise<Record<string, unknown>[]> {
    return this.stage.do("events", { server: this.number });
  }
  // `repartee users ...` and the like, with this server's settings.
  run(args: string[], words = ""): Promise<{ code: number; output: string }> {
    return this.stage.do("run", { server: this.number, arguments: args, words });
  }
}

export class Stage {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, { resolve: (result: never) => void; reject: (fault: Error) => void }>();
  private next = 1;

  constructor() {
    this.process = spawn("/usr/bin/python3", [join(process.env["REPARTEE_SOURCE"]!, "tests/web/stage.py")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: this.process.stdout! }).on("line", (line) => {
      const answer = JSON.parse(line) as { id: number; result?: never; error?: string };
      const waiter = this.waiting.get(answer.id)!;
      this.waiting.delete(answer.id);
      if (answer.error !== undefined) {
        waiter.reject(new Error(answer.error));
      } else {
        waiter.resolve(answer.result as never);
      }
    });
    this.process.on("exit", () => {
      for (const { reject } of this.waiting.values()) {
        reject(new Error("the stage has gone"));
      }
    });
  }

  do<T>(command: string, parameters: Record<string, unknown> = {}): Promise<T> {
    const id = this.next++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.process.stdin!.write(`${JSON.stringify({ id, do: command, ...parameters })}\n`);
    });
  }

  async launch(options: LaunchOptions = {}): Promise<Server> {
    const { settings = scripted, ...more } = options;
    const { server, url } = await this.do<{ server: number; url: string }>("launch", { settings, ...more });
    return new Server(this, server, url);
  }

  // A language model that always says these words, and tells what it was asked.
  async model(...words: string[]): Promise<{ settings: Record<string, string>; prompts: () => Promise<Prompt[]> }> {
    const { model, settings } = await this.do<{ model: number; settings: Record<string, string> }>("model", { words });
    return { settings, prompts: () => this.do("prompts", { model }) };
  }

  robot(): Promise<{ robot: number; url: string }> {
    return this.do("robot");
  }

  // The settings of a server that is to hear this room.
  sound(): Promise<Record<string, string>> {
    return this.do("sound");
  }
  sayInRoom(...pieces: Speech): Promise<void> {
    return this.do("say_in_room", { pieces });
  }

  async close(): Promise<void> {
    const over = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.stdin!.end();
    await over;
  }
}

interface Fixtures {
  // A browser whose microphone hears these pieces from when it is opened, then silence. Without any: silence.
  browserThatSays: (...pieces: Speech) => Promise<Browser>;
  // A page of such a browser that is watched. `trouble`: it will meet errors, as when its server goes away.
  open: (browser: Browser, url: string, options?: OpenOptions) => Promise<Page>;
}

export interface OpenOptions {
  trouble?: boolean;
  theme?: "light" | "dark";
  viewport?: { width: number; height: number };
  microphone?: "granted" | "refused";
  before?: (page: Page) => Promise<void>; // what is done with the page before it is opened
}

export const test = base.extend<Fixtures, { stage: Stage }>({
  stage: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const stage = new Stage();
      await use(stage);
      await stage.close();
    },
    { scope: "worker" },
  ],

  browserThatSays: async ({ stage }, use, info) => {
    const browsers: Browser[] = [];
    await use(async (...pieces) => {
      mkdirSync(info.outputDir, { recursive: true });
      const path = join(info.outputDir, `microphone-${browsers.length}.wav`);
      await stage.do("recording", { path, pieces: pieces.length > 0 ? [...pieces, 60] : [1] });
      const browser = await chromium.launch({
        executablePath: process.env["REPARTEE_CHROMIUM"] ?? "/usr/bin/chromium",
        args: [
          "--no-sandbox",
          "--use-fake-device-for-media-stream",
          `--use-file-for-fake-audio-capture=${path}%noloop`,
          "--autoplay-policy=no-user-gesture-required",
          "--disable-gpu",
        ],
      });
      browsers.push(browser);
      return browser;
    });
    for (const browser of browsers) {
      await browser.close();
    }
  },

  open: async ({}, use) => {
    const complaints: string[] = [];
    await use(async (browser, url, options = {}) => {
      const context = await browser.newContext({
        baseURL: url,
        colorScheme: options.theme ?? "light",
        viewport: options.viewport ?? { width: 1200, height: 800 },
        permissions: options.microphone === "refused" ? [] : ["microphone"],
        reducedMotion: "reduce",
      });
      const origin = new URL(url).origin.replace(/^http/, "");
      const goesTo = (target: string) => {
        if (/^(https?|wss?):/.test(target) && !`${target.replace(/^(http|ws)/, "")}/`.startsWith(`${origin}/`)) {
          complaints.push(`left its origin: ${target}`);
        }
      };
      // Other tabs of the same browser, too.
      context.on("page", (page) => {
        page.on("console", (message) => {
          if (message.type() === "error" && !options.trouble) {
            complaints.push(`console: ${message.text()}`);
          }
        });
        page.on("pageerror", (fault) => complaints.push(`uncaught: ${fault.stack ?? fault.message}`));
        page.on("websocket", (socket) => goesTo(socket.url()));
      });
      context.on("request", (request) => goesTo(request.url()));
      await context.addInitScript(watchMicrophones);
      const page = await context.newPage();
      await options.before?.(page);
      await page.goto(url);
      return page;
    });
    expect(complaints).toEqual([]);
  },
});

// --- the page's microphones ---

interface Microphones {
  tracks: MediaStreamTrack[]; // of all that were ever opened
  letIn: () => void; // what was asked for since `held` gets its microphone now
  gate: Promise<void> | null;
}

// Runs in the page, before any of its scripts.
function watchMicrophones(): void {
  const microphones: Microphones = { tracks: [], letIn: () => undefined, gate: null };
  Object.assign(window, { microphones });
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) {
    return;
  }
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wishes) => {
    const stream = await ask(wishes);
    microphones.tracks.push(...stream.getTracks());
    await microphones.gate;
    return stream;
  };
}

function inPage<T>(page: Page, action: (microphones: Microphones) => T): Promise<T> {
  return page.evaluate(`(${action.toString()})(window.microphones)`) as Promise<T>;
}

// How many microphones the page has opened, and how many of them are on.
export const opened = (page: Page): Promise<number> => inPage(page, (microphones) => microphones.tracks.length);
export const on = (page: Page): Promise<number> =>
  inPage(page, (microphones) => microphones.tracks.filter((track) => track.readyState === "live").length);

// As if the browser asked the person, who takes their time: until `letIn`.
export async function held(page: Page): Promise<void> {
  await inPage(page, (microphones) => {
    microphones.gate = new Promise((resolve) => (microphones.letIn = resolve));
  });
}
export async function letIn(page: Page): Promise<void> {
  await inPage(page, (microphones) => {
    microphones.gate = null;
    microphones.letIn();
  });
}

// As if it were pulled out of its socket.
export async function unplug(page: Page): Promise<void> {
  await inPage(page, (microphones) => {
    for (const track of microphones.tracks.filter((track) => track.readyState === "live")) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  });
}

// Nothing that axe calls serious or critical.
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) => `${violation.id}: ${violation.help} (${violation.nodes.map((node) => node.target.join(" ")).join(", ")})`);
  expect(serious).toEqual([]);
}
