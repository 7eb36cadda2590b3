// What becomes of a page whose sign-in has ended while it was away. On the server's own machine nobody asks for a token, so
// these come through a proxy.
import { expect, test } from "./stage";

test("a page whose sign-in has ended comes up all the same, and says so", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const answers: number[] = [];
  const page = await open(await browserThatSays(), server.url, {
    trouble: true, // 401 is written on the console
    before: async (page) => {
      await page.context().setExtraHTTPHeaders({ "X-Forwarded-For": "203.0.113.9" });
      await page.context().addInitScript(() =>
        localStorage.setItem("repartee.sign-in", JSON.stringify({ access: "a.eyJ1aWQiOjd9.b", refresh: `rt_${"A".repeat(43)}` })),
      );
      page.on("response", (response) => {
        if (response.url().endsWith("/api/console/overview")) {
          answers.push(response.status());
        }
      });
    },
  });
  await expect(page.getByText("Your sign-in is over. Please sign in again.")).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Sign in" })).toBeVisible();
  await expect.poll(() => answers.at(-1)).toBe(200);
  expect(answers).toContain(401);
});
