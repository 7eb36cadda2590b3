// One assistant's dealings with repartee, the same whichever line of the SDK it is made with. Each step says what it expects;
// the first that is not so ends the program with 1.
import assert from "node:assert/strict";

// `dealings`: list(), call(name, arguments, {told, signal}), where `told` gets notices; and is_refusal(error, code).
export async function story(dealings) {
  let steps = 0;
  const step = async (what, act) => {
    try {
      await act();
      steps += 1;
    } catch (failure) {
      throw new Error(`${what}: ${failure.stack ?? failure}`);
    }
  };
  const words_of = (result) => result.content.filter((one) => one.type === "text").map((one) => one.text).join("\n");

  await step("the tools", async () => {
    const tools = await dealings.list();
    assert.deepEqual(tools.map((one) => one.name).sort(), ["ask", "memory_forget", "memory_remember", "memory_search", "say"]);
    for (const tool of tools) {
      assert.ok(tool.title && tool.description && tool.inputSchema.type === "object", tool.name);
      assert.equal(typeof tool.annotations.readOnlyHint, "boolean", tool.name);
    }
    assert.ok(tools.find((one) => one.name === "memory_search").annotations.readOnlyHint);
  });

  let id;
  const session = "the galley";
  await step("something is remembered", async () => {
    const result = await dealings.call("memory_remember", { text: "My cat is called Ink.", session });
    assert.equal(result.structuredContent.outcome, "new");
    const again = await dealings.call("memory_remember", { text: "My cat is called Ink.", session });
    assert.equal(again.structuredContent.outcome, "known");
  });
  await step("and found", async () => {
    const result = await dealings.call("memory_search", { query: "What is my cat called?", limit: 3, session });
    assert.equal(result.structuredContent.memories[0].text, "My cat is called Ink.");
    assert.match(words_of(result), /called Ink/);
    id = result.structuredContent.memories[0].id;
  });
  await step("and forgotten", async () => {
    assert.ok(!(await dealings.call("memory_forget", { id, session })).isError);
    assert.ok((await dealings.call("memory_forget", { id, session })).isError);
    assert.deepEqual((await dealings.call("memory_search", { query: "cat", session })).structuredContent.memories, []);
  });

  await step("the assistant answers, and tells how far it is", async () => {
    const notices = [];
    const result = await dealings.call("ask", { text: "How is the weather?" }, { told: (notice) => notices.push(notice) });
    assert.equal(words_of(result), "It is fine.");
    assert.equal(result.structuredContent.answer, "It is fine.");
    assert.ok(result.structuredContent.session.length > 0);
    assert.ok(notices.length >= 1 && notices[0].progress === 1, JSON.stringify(notices));
  });
  await step("a question is given up", async () => {
    const stop = new AbortController();
    const told = (notice) => notice.message.includes("Let me") && stop.abort();
    await assert.rejects(dealings.call("ask", { text: "How deep is the sea?" }, { told, signal: stop.signal }));
  });
  await step("and the next one is answered", async () => {
    assert.equal(words_of(await dealings.call("ask", { text: "And the wind?", session })), "It is fine.");
  });

  await step("something is said", async () => {
    const result = await dealings.call("say", { text: "Land ahoy!", where: "sound" });
    const sound = result.content.find((one) => one.type === "audio");
    assert.equal(sound.mimeType, "audio/wav");
    const bytes = Buffer.from(sound.data, "base64");
    assert.equal(bytes.toString("latin1", 0, 4), "RIFF");
    assert.ok(result.structuredContent.seconds > 0.1 && bytes.length > result.structuredContent.seconds * 2 * 16000 * 0.99);
  });

  await step("what does not fit is told", async () => {
    const wrong = await dealings.call("memory_search", { query: "cat", limit: 1000, session });
    assert.ok(wrong.isError && words_of(wrong).includes("limit"), JSON.stringify(wrong));
    const robot = await dealings.call("say", { text: "Hello", where: "robot" });
    assert.ok(robot.isError && words_of(robot).includes("no robot"), JSON.stringify(robot));
    await assert.rejects(dealings.call("walk_the_plank", {}), (error) => dealings.is_refusal(error, -32602));
  });

  await step("several are done side by side", async () => {
    const three = ["one", "two", "three"].map((name) => dealings.call("memory_search", { query: name, session }));
    assert.deepEqual((await Promise.all(three)).map((one) => one.isError ?? false), [false, false, false]);
  });
  console.log(`${steps} steps`);
}

// What stands behind a word of the command line.
export function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
