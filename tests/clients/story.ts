// One person's dealings with the server, through a client that was made of its description: everything that is described is
// asked for, and every answer is judged. Ends with 0 when all went as it should.
//
//   node story.js http://127.0.0.1:8000 openapi.json
import * as api from "./client";
import { client } from "./client/client.gen";
import { Description, Judge } from "./judge";

// Of Node.js, whose types would be one package more.
declare function require(name: "fs"): { readFileSync(path: string, encoding: string): string };
declare const process: { argv: string[] };

interface Outcome {
  data?: unknown;
  error?: unknown;
  response: Response;
}

function expect(is_so: boolean, what: string): asserts is_so {
  if (!is_so) {
    throw new Error(`expected: ${what}`);
  }
}

// The data of an answer that has to be a good one.
async function good<T extends Outcome>(asked: Promise<T>): Promise<NonNullable<T["data"]>> {
  const { data, error, response } = await asked;
  expect(data !== undefined, `a good answer of ${response.url}, not ${response.status} ${JSON.stringify(error)}`);
  return data as NonNullable<T["data"]>;
}

// The error of an answer that has to be a refusal.
async function refused<T extends Outcome>(status: number, asked: Promise<T>): Promise<NonNullable<T["error"]>> {
  const { error, response } = await asked;
  expect(response.status === status, `${status} of ${response.url}, not ${response.status}`);
  return error as NonNullable<T["error"]>;
}

const [url, file] = process.argv.slice(2) as [string, string];
const judge = new Judge(JSON.parse(require("fs").readFileSync(file, "utf8")) as Description);
client.setConfig({ baseUrl: url });
client.interceptors.response.use(async (response, request, options) => {
  await judge.look(options.url, request.method, response);
  return response;
});

function speak_as(token: string): void {
  client.setConfig({ auth: token });
}

async function come_in(email: string): Promise<string> {
  const body = { email, password: "correct horse battery", full_name: "A Person" };
  return (await good(api.registerApiV1AuthRegisterPost({ body }))).access_token;
}

async function accounts(): Promise<void> {
  await come_in("person@example.org");
  const again = { email: "Person@Example.org", password: "another password", full_name: "Another" };
  const taken = await refused(400, api.registerApiV1AuthRegisterPost({ body: again }));
  expect(taken.detail === "Email already registered", "the original's words");
  const wrong = { username: "person@example.org", password: "guessed wrongly" };
  await refused(401, api.logInApiV1AuthTokenPost({ body: wrong }));
  await refused(401, api.showAccountApiV1AccountGet({}));

  const tokens = await good(
    api.logInApiV1AuthTokenPost({ body: { username: "person@example.org", password: "correct horse battery", scope: "offline_access" } }),
  );
  expect(tokens.refresh_token !== undefined, "a refresh token");
  const renewed = await good(api.refreshApiV1AuthRefreshPost({ body: { refresh_token: tokens.refresh_token } }));
  speak_as(renewed.access_token);
  const account = await good(api.showAccountApiV1AccountGet({}));
  expect(account.email === "person@example.org", "one's own account");
  await good(api.changeAccountApiV1AccountPatch({ body: { full_name: "A. Person" } }));

  const key = await good(api.addKeyApiV1AccountKeysPost({ body: { name: "a toy", scopes: ["chat"] } }));
  const keys = await good(api.listKeysApiV1AccountKeysGet({}));
  expect(keys.length === 1 && keys[0]!.id === key.id, "the key that was made");
  const person = renewed.access_token;
  speak_as(key.key);
  await refused(403, api.listMemoriesApiV1MemoryGet({}));
  speak_as(person);
  await good(api.deleteKeyApiV1AccountKeysIdDelete({ path: { id: key.id } }));
  await refused(404, api.deleteKeyApiV1AccountKeysIdDelete({ path: { id: key.id } }));
}

async function talking(): Promise<void> {
  const { id } = await good(api.showAccountApiV1AccountGet({}));
  const body = { message: "Hello there", session_id: "kitchen", user_id: id };
  const reply = await good(api.sendMessageApiV1ChatMessagePost({ body }));
  expect(reply.response.length > 0, "an answer");
  await refused(403, api.sendMessageApiV1ChatMessagePost({ body: { ...body, user_id: id + 1 } }));
  const skills = await good(api.listSkillsApiV1SkillsGet({}));
  expect(skills.some((skill) => skill.name === "call"), "the skills");
  await good(api.voiceStatusApiV1VoiceStatusGet({}));
}

async function history(): Promise<void> {
  const { conversations } = await good(api.listConversationsApiV1HistoryConversationsGet({}));
  expect(conversations.length === 1 && conversations[0]!.session_id === "kitchen", "the conversation in the kitchen");
  const path = { id: conversations[0]!.id };
  const shown = await good(api.showConversationApiV1HistoryConversationsIdGet({ path, query: { limit: 10 } }));
  expect(shown.messages.length === 2 && shown.messages[0]!.text === "Hello there", "what was said");
  const renamed = await good(api.renameConversationApiV1HistoryConversationsIdPatch({ path, body: { title: "In the kitchen" } }));
  expect(renamed.title === "In the kitchen", "the new title");
  const found = await good(api.listConversationsApiV1HistoryConversationsGet({ query: { q: "hello" } }));
  expect(found.conversations.length === 1, "what is looked for");
  const wrong = await refused(422, api.listConversationsApiV1HistoryConversationsGet({ query: { limit: 0 } }));
  expect(Array.isArray(wrong.detail), "a list of what is wrong");
  await good(api.exportHistoryApiV1HistoryExportGet({}));
  await good(api.deleteConversationApiV1HistoryConversationsIdDelete({ path }));
  await refused(404, api.showConversationApiV1HistoryConversationsIdGet({ path }));
  await good(api.deleteHistoryApiV1HistoryDelete({}));
}

async function memory(): Promise<void> {
  const { id } = await good(api.showAccountApiV1AccountGet({}));
  const added = await good(api.addMemoryApiV1MemoryPost({ body: { text: "My cat is called Ink", category: "pets" } }));
  const body = { user_id: id, query: "What is my cat called?" };
  const found = await good(api.searchMemoryApiV1MemorySearchPost({ body }));
  expect(found.results[0]!.includes("Ink") && found.matches[0]!.id === added.memory.id, "the cat's name");
  const path = { id: added.memory.id };
  await good(api.correctMemoryApiV1MemoryIdPatch({ path, body: { text: "My cat is called Blot" } }));
  const { memories } = await good(api.listMemoriesApiV1MemoryGet({}));
  expect(memories.length === 1 && memories[0]!.text === "My cat is called Blot", "the name as it was corrected");
  await good(api.deleteMemoryApiV1MemoryIdDelete({ path }));
  await refused(404, api.deleteMemoryApiV1MemoryIdDelete({ path }));
  await good(api.deleteMemoriesApiV1MemoryDelete({}));
}

async function profile(): Promise<void> {
  const changed = await good(api.changeProfileApiV1ProfilePatch({ body: { persona_name: "Jay", voice_speed: 1.5 } }));
  expect(changed.persona_name === "Jay" && changed.voice_speed === 1.5, "what was changed");
  await refused(422, api.changeProfileApiV1ProfilePatch({ body: { voice_speed: 100 } }));
  const replaced = await good(api.replaceProfileApiV1ProfilePut({ body: {} }));
  expect(replaced.persona_name !== "Jay", "all as in the beginning");
  await good(api.showProfileApiV1ProfileGet({}));
}

async function the_end(): Promise<void> {
  const old_password = "correct horse battery";
  const new_password = "staple that horse";
  const tokens = await good(api.changePasswordApiV1AccountPasswordPost({ body: { old_password, new_password } }));
  speak_as(tokens.access_token);
  await good(api.logOutEverywhereApiV1AccountLogoutPost({}));
  await refused(401, api.showAccountApiV1AccountGet({}));

  const body = { username: "person@example.org", password: new_password };
  speak_as((await good(api.logInApiV1AuthTokenPost({ body }))).access_token);
  await good(api.deleteAccountApiV1AccountDelete({ body: { password: new_password } }));
  await refused(401, api.showAccountApiV1AccountGet({}));
}

async function story(): Promise<void> {
  await accounts();
  await talking();
  await history();
  await memory();
  await profile();
  await the_end();
  const left_out = judge.operations().filter((operation) => !judge.done.has(operation));
  expect(left_out.length === 0, `everything to be asked for, and not without ${left_out.join(", ")}`);
  console.log(`${judge.done.size} operations, each answered as described`);
}

// Whatever goes wrong in there ends the program with 1.
void story();
