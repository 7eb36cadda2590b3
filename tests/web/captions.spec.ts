// Captions: a room with a microphone, its lines in the page, and a page that reads them at its own pace.
import { readFile } from "node:fs/promises";
import { portray } from "./portraits";
import { embedded, expect, scripted, test } from "./stage";

const room = { ...scripted, SCRIPTED_STT_TEXT: "The heron stands in the shallow water and waits." };

test("what is said in the room is read, paused, gone on with and exported", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: { ...room, ...(await stage.sound()) } });
  const page = await open(await browserThatSays(), server.url);
  await page.getByRole("navigation").getByRole("link", { name: "Captions" }).click();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await expect(page.getByText("What is said in the room appears here.")).toBeVisible();
  await portray(page, "silence");

  const lines = page.getByRole("log").getByRole("listitem");
  await stage.sayInRoom(0.5, "The heron waits.", 1.5);
  await expect(lines).toHaveCount(1);
  await expect(lines.first()).toContainText("The heron stands in the shallow water and waits.");

  await page.getByRole("button", { name: "Pause" }).click();
  await stage.sayInRoom("The heron waits.", 1.5, "The heron waits.", 1.5);
  await expect(page.getByRole("button", { name: "Go on" })).toContainText("2 lines wait");
  await expect(lines).toHaveCount(1);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(lines).toHaveCount(3);

  await page.getByRole("button", { name: "Options" }).click();
  await page.getByRole("radio", { name: "Huge" }).check();
  await portray(page, "huge");
  await page.getByRole("button", { name: "Options" }).click();

  for (const [kind, name, words] of [
    ["SubRip", "captions.srt", "-->"],
    ["WebVTT", "captions.vtt", "WEBVTT"],
    ["JSON", "captions.json", '"lines"'],
    ["Text", "captions.txt", "heron"],
  ] as const) {
    await page.getByText("Export", { exact: true }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: kind }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(name);
    expect(await readFile(await download.path(), "utf8")).toContain(words);
  }

  // What was there before is there for who comes later, as large as they had it.
  await page.reload();
  await expect(lines).toHaveCount(3);
  await expect(page.getByRole("region", { name: "What is said" })).toHaveAttribute("data-size", "huge");
});

test("a reader who scrolls up is left in peace, and a server that comes back is found again", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: { ...room, ...(await stage.sound()) } });
  const page = await open(await browserThatSays(), server.url, { trouble: true, viewport: { width: 700, height: 480 } });
  await page.goto("#/captions");
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  const lines = page.getByRole("log").getByRole("listitem");
  await stage.sayInRoom(0.5, "One.", 1.5, "Two.", 1.5, "Three.", 1.5, "Four.", 1.5, "Five.", 1.5);
  await expect(lines).toHaveCount(5);
  await expect(lines.last()).toBeInViewport();
  const text = page.getByRole("region", { name: "What is said" });
  await text.focus();
  await page.keyboard.press("Home");
  await expect(lines.first()).toBeInViewport();
  await expect(page.getByRole("button", { name: "To the newest line" })).toBeVisible();
  await stage.sayInRoom("Six.", 1.5);
  await expect(page.getByRole("button", { name: "1 new line" })).toBeVisible();
  await expect(lines.first()).toBeInViewport();
  await page.getByRole("button", { name: "1 new line" }).click();
  await expect(lines.last()).toBeInViewport();
  await expect(page.getByRole("button", { name: "new line" })).toBeHidden();

  await server.vanish();
  await expect(page.getByText("Connection lost")).toBeVisible();
  await server.comeBack();
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await stage.sayInRoom("Seven.", 1.5);
  await expect(lines).toHaveCount(7);
});

test("words come as they are understood, with how sure it is of them", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: { ...embedded, ...(await stage.sound()) } });
  const page = await open(await browserThatSays(), server.url);
  await page.goto("#/captions");
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  await stage.sayInRoom(0.5, "What time is it?", 2);
  const lines = page.getByRole("log").getByRole("listitem");
  await expect(lines).toHaveCount(1);
  // Whether all of it is right is for the captions' own tests to say.
  await expect(lines.first()).toContainText("time is it", { ignoreCase: true });
  await stage.sayInRoom("A strawberry xylophone bemuses zephyrs.", 2);
  await expect(lines).toHaveCount(2);
  await expect(page.getByText("How well it was heard")).toBeVisible();
  await portray(page, "captions");
});

test("where nobody may listen, the page says why and what to do; where there is no microphone, too", async ({ stage, browserThatSays, open }) => {
  const closed = await stage.launch({ settings: { ...scripted, CAPTIONS_ALLOW: "never" } });
  const browser = await browserThatSays();
  const page = await open(browser, closed.url);
  await page.goto("#/captions");
  await expect(page.getByText("Nobody may listen to the room here.")).toBeVisible();
  await portray(page, "closed");

  const deaf = await stage.launch({ settings: { ...scripted, PULSE_SERVER: "unix:/nowhere" } });
  const other = await open(browser, deaf.url);
  await other.goto("#/captions");
  await expect(other.getByRole("alert")).toContainText("repartee devices");
  await portray(other, "no-microphone");
});

test("speakers are told apart, and who it was is mended where it is known better later", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  let tell: (message: Record<string, unknown>) => void = () => undefined;
  // The lines are made up, so that there are several speakers, and none of them for sure.
  const page = await open(await browserThatSays(), server.url, {
    before: (page) =>
      page.routeWebSocket(/\/captions\?/, (socket) => {
        expect(new URL(socket.url()).searchParams.get("speakers")).toBe("1");
        tell = (message) => socket.send(JSON.stringify(message));
      }),
  });
  await page.goto("#/captions");
  await expect(page.getByText("Listening", { exact: true })).toBeVisible();
  const line = (id: number, speaker: number, text: string, more = {}) => ({
    event: "transcript",
    text,
    is_final: true,
    line: id,
    speaker,
    speaker_sure: true,
    at: `2026-03-04T10:00:${String(10 + id)}.000Z`,
    language: "en",
    confidence: 0.8,
    words: text.split(" ").map((word, index) => ({ text: word.replace(/[,.?]/g, ""), confidence: index === 2 ? 0.4 : index === 4 ? 0.6 : 0.9 })),
    ...more,
  });
  tell(line(1, 1, "Shall we take the early train, or the one at noon?"));
  tell(line(2, 2, "The early one, so that we are there for lunch.", { speaker_sure: false }));
  tell(line(3, 3, "Then somebody has to wake me.", { translated_to: "en", language: "de" }));
  tell({ event: "transcript", text: "I can do", is_final: false });
  const lines = page.getByRole("log").getByRole("listitem");
  await expect(lines).toHaveCount(3);
  await expect(page.getByText("I can do")).toBeVisible();
  await expect(lines.nth(1)).toContainText("Speaker 2 (perhaps)");
  await expect(lines.nth(0).getByText("take")).toHaveAttribute("title", "A guess: 40 % sure");
  await portray(page, "speakers");
  await page.getByRole("button", { name: "Options" }).click();
  await page.getByRole("checkbox", { name: "Mark words that were hard to hear" }).uncheck();
  await expect(page.getByText("How well it was heard")).toBeHidden();

  tell({ event: "speakers", changes: [{ line: 2, speaker: 1, speaker_sure: true }] });
  await expect(page.getByText("Speaker 2")).toBeHidden();
  tell({ event: "error", message: "translate: nobody here translates into it; lines come as they are spoken" });
  await expect(page.getByText("does not translate into that")).toBeVisible();
  tell({ event: "error", message: "speakers: not to be had here" });
  tell({ event: "something new", words: "that no page knows" });
  tell(line(4, 1, "I can do that."));
  await expect(lines).toHaveCount(4);
  await expect(page.getByText("I can do", { exact: true })).toBeHidden();
});
