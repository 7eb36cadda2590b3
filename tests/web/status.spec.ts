// How the server is, as who looks after it sees it.
import { embedded, expect, scripted, test } from "./stage";
import { register } from "./people";
import { portray } from "./portraits";

test("says what it works with, and shows what happens", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(), `${server.url}/#/status`);
  const engines = page.getByRole("region", { name: "Engines" });
  await expect(engines.getByRole("strong").filter({ hasText: /^pocketsphinx$/ })).toBeVisible();
  await expect(page.getByText("Ready to talk")).toBeVisible();
  const figures = page.getByRole("region", { name: "Figures" });
  await expect(figures.getByText("Memory", { exact: true })).toBeVisible();
  await expect(figures.getByText(/^\d+(\.\d)? MiB$/)).toBeVisible();
  const log = page.getByRole("log", { name: "Log of the server" });
  await expect(log).toContainText("listening");
  await portray(page, "status");
});

test("holds the log still, and shows no less than is asked for", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(), `${server.url}/#/status`);
  const log = page.getByRole("log", { name: "Log of the server" });
  await expect(log).toContainText("listening");
  await page.getByRole("radio", { name: "Errors" }).check();
  await expect(log).not.toContainText("listening");
  await expect(log).toContainText("Nothing of this kind");
  await page.getByRole("radio", { name: "All" }).check();
  await expect(log).toContainText("listening");
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: "Go on" })).toBeVisible();
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
});

test("offers the models that suit, and tells why one does not come", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: { ...scripted, MODELS_URL: "http://127.0.0.1:9" } });
  const page = await open(await browserThatSays(), `${server.url}/#/status`);
  const models = page.getByRole("region", { name: "Models", exact: true });
  await expect(models.getByText("suits this machine").first()).toBeVisible();
  await models.getByRole("button", { name: /^Fetch silero,/ }).click();
  await expect(models.getByRole("alert")).toBeVisible();
});

test("has everything examined", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(), `${server.url}/#/status`);
  const doctor = page.getByRole("region", { name: "Doctor", exact: true });
  await doctor.getByRole("button", { name: "Examine everything" }).click();
  await expect(doctor.getByText("All is well.")).toBeVisible();
  await expect(doctor.getByRole("region", { name: "Machine" }).getByText("processor", { exact: true })).toBeVisible();
  await portray(page, "status-examined");
});

test("comes back when the server does", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(), `${server.url}/#/status`, { trouble: true });
  await expect(page.getByRole("log", { name: "Log of the server" })).toContainText("listening");
  await server.vanish();
  await expect(page.getByText("The connection was lost; trying again")).toBeVisible();
  await server.comeBack();
  await expect(page.getByText("The connection was lost; trying again")).toHaveCount(0);
  await expect(page.getByText("Ready to talk")).toBeVisible();
});

test("renews the sign-in of an admin elsewhere, and tells no more once they are signed out", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(), server.url, {
    trouble: true,
    // The test is on the server's own machine, which is always shown everything: so it plays the server's part for
    // who comes from elsewhere.
    before: async (page) => {
      await page.route("**/api/console/overview", async (route) => {
        const response = await route.fetch();
        const token = route.request().headers()["authorization"] ?? "run out";
        await route.fulfill({ response, json: { ...(await response.json()), full: !token.endsWith("run out") } });
      });
    },
  });
  await register(page);
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("repartee.sign-in")!);
    localStorage.setItem("repartee.sign-in", JSON.stringify({ ...kept, access: `${kept.access}run out` }));
  });
  await page.goto("#/status");
  await page.reload();
  await expect(page.getByRole("region", { name: "Engines" })).toBeVisible();
  await page.getByRole("navigation").getByRole("button", { name: "Sign out" }).click();
  await page.goto("#/status");
  await expect(page.getByText("The rest is for who looks after this server.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Engines" })).toHaveCount(0);
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible();
});
