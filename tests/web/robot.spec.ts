// The robot's screen, with a simulated robot: what it is told reaches it, and what it cannot do is said plainly.
import { portray } from "./portraits";
import { embedded, expect, held, letIn, on, opened, scripted, test, unplug } from "./stage";

interface Order {
  name: string;
  parameters: Record<string, unknown>;
}

test("its ten actions and its light reach the robot", async ({ stage, browserThatSays, open }) => {
  const robot = await stage.robot();
  const server = await stage.launch({ settings: { ...scripted, MISTY_URL: robot.url } });
  const page = await open(await browserThatSays(), server.url, { trouble: true });
  const orders = () => stage.do<Order[]>("robot_orders", { robot: robot.robot });
  await page.getByRole("navigation").getByRole("link", { name: "Robot" }).click();
  await expect(page.getByText("Connected")).toBeVisible();
  await portray(page, "robot");
  for (const [button, command] of [
    ["Nod", "head"],
    ["Wave", "arms"],
    ["Dance", "arms/set"],
    ["Look left", "head"],
    ["Look right", "head"],
    ["Turn left", "drive/time"],
    ["Turn right", "drive/time"],
    ["Forward", "drive/time"],
    ["Stop", "halt"],
  ] as const) {
    const before = (await orders()).length;
    await page.getByRole("button", { name: button, exact: true }).click();
    await expect(page.getByText(`${button}: the robot has taken it.`)).toBeVisible();
    // The page is told once the first of them has been taken; the others follow.
    await expect.poll(async () => (await orders()).slice(before).map((order) => order.name)).toContain(command);
  }
  await page.getByRole("button", { name: "Orange" }).click();
  await expect(page.getByText("Light: the robot has taken it.")).toBeVisible();
  await expect.poll(async () => (await orders()).at(-1)).toEqual({ name: "led", parameters: { red: 255, green: 100, blue: 0 } });
  await page.getByLabel("Your own colour").fill("#123456");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await expect.poll(async () => (await orders()).at(-1)?.parameters).toEqual({ red: 0x12, green: 0x34, blue: 0x56 });

  await stage.do("robot_leaves", { robot: robot.robot });
  await page.getByRole("button", { name: "Nod" }).click();
  await expect(page.getByText("No robot answers.")).toBeVisible();
  await expect(page.getByText("Not reachable")).toBeVisible();
  await portray(page, "robot-away");
  await stage.do("robot_returns", { robot: robot.robot });
  await page.getByRole("button", { name: "Nod" }).click();
  await expect(page.getByText("Nod: the robot has taken it.")).toBeVisible();
  await expect(page.getByText("Connected")).toBeVisible();
});

test("a recording is uploaded, its way is followed, and the robot says the answer", async ({ stage, browserThatSays, open }) => {
  const robot = await stage.robot();
  const server = await stage.launch({
    settings: { ...scripted, MISTY_URL: robot.url, SCRIPTED_LLM_FIRST_MS: "1500", SCRIPTED_STT_FINAL_MS: "1500" },
  });
  const page = await open(await browserThatSays(), server.url);
  await page.goto("#/robot");
  const path = test.info().outputPath("question.wav");
  await stage.do("recording", { path, pieces: ["What time is it?", 0.5] });
  const current = page.getByRole("list", { name: "How far it is" }).locator('[aria-current="step"]');
  await page.getByLabel("A recording").setInputFiles(path);
  await expect(current).toContainText("Hearing");
  await expect(current).toContainText("Thinking");
  await expect(page.getByText(scripted.SCRIPTED_STT_TEXT)).toBeVisible();
  await expect(page.getByText(scripted.SCRIPTED_REPLY)).toBeVisible();
  await portray(page, "answered");
  await expect.poll(async () => (await stage.do<Order[]>("robot_orders", { robot: robot.robot })).at(-1)?.name).toBe("tts/speak");

  // What is no sound at all ends the job, and says so.
  await page.getByLabel("A recording").setInputFiles({ name: "letter.wav", mimeType: "audio/wav", buffer: Buffer.from("Dear robot, this is a letter.") });
  await expect(page.getByRole("alert")).toBeVisible();
  await portray(page, "not-understood");
});

test("a question recorded in the page is understood", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(0.5, "What time is it?", 0.5), server.url);
  await page.goto("#/robot");
  await expect(page.getByText("This server knows no robot.")).toBeVisible();
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await expect(page.getByRole("button", { name: "Stop and send" })).toContainText("3 s");
  await page.getByRole("button", { name: "Stop and send" }).click();
  await expect(page.getByText("what time is it", { exact: false })).toBeVisible();
  await expect(page.getByRole("heading", { name: "The answer" })).toBeVisible();
});

test("lets go of the microphone when its screen is left, whenever that is", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(), server.url);
  const leave = () => page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  const record = page.getByRole("button", { name: "Record", exact: true });

  // While the browser still asks; and asking once is enough.
  await page.goto("#/robot");
  await held(page);
  await record.click();
  await expect(record).toBeDisabled();
  await expect.poll(() => opened(page)).toBe(1);
  await leave();
  await expect(page.getByRole("heading", { level: 1, name: "History" })).toBeVisible();
  await letIn(page);
  await expect.poll(() => on(page)).toBe(0);

  // While it records.
  await page.goto("#/robot");
  await record.click();
  await expect(page.getByRole("button", { name: "Stop and send" })).toBeVisible();
  expect(await on(page)).toBe(1);
  await leave();
  await expect.poll(() => on(page)).toBe(0);
  expect(await opened(page)).toBe(2);
});

test("sends what there is when the microphone is unplugged", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(0.5, "What time is it?", 0.5), server.url);
  await page.goto("#/robot");
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await expect(page.getByRole("button", { name: "Stop and send" })).toContainText("2 s");
  await unplug(page);
  await expect(page.getByText(scripted.SCRIPTED_REPLY)).toBeVisible();
  await expect(page.getByRole("button", { name: "Record", exact: true })).toBeEnabled();
});

test("a question is as long as a question may be, and is sent then", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(0.5, "What time is it?", 0.5), server.url, {
    before: (page) => page.clock.install(),
  });
  await page.goto("#/robot");
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await expect(page.getByRole("button", { name: "Stop and send" })).toContainText("2 s");
  await page.clock.runFor(60_000);
  await expect(page.getByText(scripted.SCRIPTED_REPLY)).toBeVisible();
  expect(await on(page)).toBe(0);
});
