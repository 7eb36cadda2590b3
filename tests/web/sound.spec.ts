// The page's reckoning about sound and words, without a page: resampling, levels, what has been heard of a reply.
import { join } from "node:path";
import { expect, test } from "@playwright/test";

const from = (path: string) => import(join(process.env["REPARTEE_SOURCE"]!, "web/app/src", path));

function sine(hertz: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: rate * seconds }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate));
}

// Past the filter's beginning.
function loudness(samples: number[]): number {
  const steady = samples.slice(2000);
  return Math.sqrt(steady.reduce((sum, sample) => sum + sample * sample, 0) / steady.length);
}

for (const rate of [48000, 44100, 22050]) {
  test(`${rate} Hz become 16 kHz: speech is whole, what would fold back is gone`, async () => {
    const { Resampler } = await from("audio/resampler.ts");
    const heard = (hertz: number): number[] => {
      const resampler = new Resampler(rate, 16000);
      const samples: number[] = [];
      const sound = sine(hertz, rate, 1);
      // As a browser gives it.
      for (let at = 0; at < sound.length; at += 128) {
        resampler.push(sound.subarray(at, at + 128), (sample: number) => samples.push(sample));
      }
      return samples;
    };
    expect(Math.abs(heard(1000).length - 16000)).toBeLessThan(60);
    for (const hertz of [100, 1000, 3000, 6500]) {
      expect(loudness(heard(hertz))).toBeCloseTo(0.5 / Math.SQRT2, 2);
    }
    for (const hertz of [9000, 10500].filter((one) => one < rate / 2)) {
      expect(loudness(heard(hertz))).toBeLessThan(0.001);
    }
  });
}

test("16 kHz become 48 kHz, and nothing is added above speech", async () => {
  const { Resampler } = await from("audio/resampler.ts");
  const resampler = new Resampler(16000, 48000);
  const samples: number[] = [];
  resampler.push(sine(2000, 16000, 1), (sample: number) => samples.push(sample));
  expect(loudness(samples)).toBeCloseTo(0.5 / Math.SQRT2, 2);
  // It is that sine and nothing else: what is left without it is as good as silence.
  const steady = samples.slice(2000, 2000 + 24000);
  const along = (shift: number) =>
    steady.reduce((sum, sample, i) => sum + sample * Math.sin((2 * Math.PI * 2000 * i) / 48000 + shift), 0) / 12000;
  const amplitude = Math.hypot(along(0), along(Math.PI / 2));
  const rest = loudness(samples) ** 2 - amplitude ** 2 / 2;
  expect(Math.abs(rest)).toBeLessThan(1e-4);
});

test("a level is what the ear makes of it", async () => {
  const { levelOf } = await from("audio/levels.ts");
  expect(levelOf(0, 320)).toBe(0);
  expect(levelOf(320, 320)).toBe(1);
  expect(levelOf(320 * 0.001, 320)).toBeCloseTo(0.5);
});

test("a voice is told from a click and from a room that hums", async () => {
  const { VoiceEar } = await from("audio/levels.ts");
  const ear = new VoiceEar();
  const last = (level: number, frames: number) => Array.from({ length: frames }, () => ear.hear(level)).pop();
  expect(last(0.1, 50)).toBe(false);
  expect(last(0.7, 1)).toBe(false);
  expect(last(0.1, 50)).toBe(false);
  expect(last(0.7, 10)).toBe(true);
  expect(last(0.1, 20)).toBe(true);
  expect(last(0.1, 20)).toBe(false);
  // Two minutes later the fan is the room.
  last(0.4, 6000);
  expect(last(0.4, 50)).toBe(false);
});

test("what has been heard ends with a word, and is exact once all sound has come", async () => {
  const { heardCharacters } = await from("screens/talk/spoken.ts");
  const text = "It is half past nine.";
  const so = { text, heard: 0, sound: 2, soundComplete: false, rate: 14 };
  expect(heardCharacters(so)).toBe(0);
  expect(text.slice(0, heardCharacters({ ...so, heard: 0.3 }))).toBe("It is");
  expect(text.slice(0, heardCharacters({ ...so, heard: 1.9 }))).toBe(text);
  expect(text.slice(0, heardCharacters({ ...so, heard: 1, soundComplete: true }))).toBe("It is half");
  expect(heardCharacters({ ...so, heard: 2, soundComplete: true })).toBe(text.length);
});

test("a turn's moments are steps that follow each other", async () => {
  const { stepsOf } = await from("screens/talk/waterfall.ts");
  const steps = stepsOf({ speech_end: 10, final_text: 210, first_token: 200, first_audio: 260 }, 70);
  expect(steps.map(({ from, to }: { from: number; to: number }) => [from, to])).toEqual([
    [0, 200],
    [200, 200],
    [200, 250],
    [250, 270],
  ]);
  expect(stepsOf({}, null)).toEqual([]);
});

test("unknown words of a server are nothing, and known ones are told apart", async () => {
  const { readCall, readPushToTalk } = await from("screens/talk/protocol.ts");
  expect(readCall("stop")).toEqual({ kind: "stop" });
  expect(readCall('{"event_type":"llm_text","text":"It is"}')).toEqual({ kind: "reply", text: "It is" });
  for (const odd of ["", "{", "[]", "null", '{"event_type":"new"}', '{"event_type":"llm_text","text":""}']) {
    expect(readCall(odd)).toEqual({ kind: "nothing" });
  }
  expect(readCall('{"event_type":"llm_text","text":"It is","seq":7}')).toEqual({ kind: "reply", text: "It is", number: 7 });
  expect(readCall('{"event_type":"session","resumable":true,"token":"ab"}')).toEqual({ kind: "session", token: "ab" });
  expect(readCall('{"event_type":"session","resumable":false,"reason":"unavailable"}')).toEqual({ kind: "session", token: "" });
  expect(readCall('{"event_type":"resumed","continues":"rest"}')).toEqual({ kind: "resumed", continues: "rest" });
  expect(readCall('{"event_type":"resumed","continues":"something new"}')).toEqual({ kind: "resumed", continues: "nothing" });
  expect(readPushToTalk('{"type":"llm","delta":"It"}')).toEqual({ kind: "more", text: "It" });
  expect(readPushToTalk('{"event":"transcript","text":"from the room"}')).toEqual({ kind: "nothing" });
});

test("an action is an offer, and a number is dialled only where it is one", async () => {
  const { actionIn, offerFor } = await from("screens/home/action.ts");
  const offer = (name: string, params: object) => offerFor(actionIn({ name, params }));
  expect(offer("call", { target: "+49 30 123" }).href).toBe("tel:+4930123");
  expect(offer("call", { target: "Mom" })).toEqual({ words: "Call Mom", href: "" });
  expect(offer("call", { target: "javascript:alert(1)" }).href).toBe("");
  expect(actionIn(null)).toBeNull();
});
