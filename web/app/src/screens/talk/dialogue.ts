// What was said, turn by turn, and how much of the last reply has been heard: the same for calls and push-to-talk.
import { signal } from "@preact/signals";
import { wireRate } from "../../audio/wire";
import type { Continues, Event, Moments, Outcome } from "./protocol";
import { heardCharacters, learnedRate, usualRate } from "./spoken";

export interface Turn {
  id: number;
  question: string; // empty: the agent began
  reply: string;
  heard: number; // characters of the reply
  outcome: Outcome | null; // null: still on its way
  fault: string;
  moments: Moments | null;
  atTheEar: number | null; // ms from the transcript to the first sound here
  silentAfter: number | null; // ms from `stop` to silence
}

// A reply's sound, in the loudspeaker's count of samples.
interface Sound {
  from: number;
  to: number;
  complete: boolean;
  heard: number;
}

// A page that is left open for a week keeps what one can scroll through.
const most_turns = 300;

export class Dialogue {
  readonly turns = signal<readonly Turn[]>([]);
  readonly hearing = signal(""); // what is understood of what is being said
  // A question that has no sound in reply yet.
  readonly waiting = signal(false);

  private next = 1;
  private sound: Sound | null = null;
  private rate = usualRate;
  private takenBack = false;
  private cutOff = false; // the last turn, by a line that was lost ...
  private continues: Continues | null = null; // ... and with what it goes on over the next
  private questionAt = 0;

  take(event: Event): void {
    switch (event.kind) {
      case "hearing":
        this.hearing.value = event.text;
        break;
      case "question":
        this.ask(event.text);
        break;
      case "reply":
        this.say(event.text);
        break;
      case "more":
        this.say((this.open()?.reply ?? "") + event.text);
        break;
      case "reply-text-ended":
        if (event.text) {
          this.say(event.text);
        }
        break;
      case "sound-ended":
        this.soundEnded();
        break;
      case "ended":
        this.end(event.outcome, event.moments);
        break;
      case "resumed":
        this.resume(event.continues);
        break;
      case "ready":
        this.ready();
        break;
      case "not-understood":
        this.waiting.value = false;
        this.hearing.value = "";
        break;
      case "fault":
        this.waiting.value = false;
        if (this.open()) {
          this.change({ fault: event.why, outcome: "failed" });
        }
        break;
    }
  }

  // The loudspeaker was given these samples of the present reply.
  came(from: number, to: number): void {
    this.waiting.value = false;
    if (!this.sound || this.sound.complete) {
      this.sound = { from, to, complete: false, heard: 0 };
    } else {
      this.sound.to = to;
    }
  }

  // The loudspeaker is there. True when it was the first of a reply that is heard.
  played(position: number): boolean {
    const sound = this.sound;
    if (!sound) {
      return false;
    }
    const first = sound.heard === 0;
    sound.heard = Math.max(sound.heard, Math.min(position, sound.to) - sound.from);
    if (sound.heard <= 0) {
      sound.heard = 0;
      return false;
    }
    if (first) {
      this.change({ atTheEar: this.questionAt > 0 ? performance.now() - this.questionAt : null });
      this.questionAt = 0;
    }
    this.light();
    return first;
  }

  // The reply was told to stop. Gives the turn that `silent` is to be told of, where there was something to hear.
  stop(wasPlaying: boolean): number | null {
    const turn = this.last();
    const heard = this.sound?.heard ?? 0;
    this.sound = null;
    this.waiting.value = false;
    if (!turn || (turn.outcome !== null && !wasPlaying)) {
      return null;
    }
    if (heard === 0 && !wasPlaying) {
      // Nobody has heard any of it: it has not happened, and may come again.
      this.takenBack = true;
      this.change({ reply: "", heard: 0 });
      return null;
    }
    this.change({ outcome: "interrupted" });
    return wasPlaying ? turn.id : null;
  }

  // How long it took until a stopped reply was silent.
  silent(turn: number, milliseconds: number): void {
    this.turns.value = this.turns.value.map((one) =>
      one.id === turn ? { ...one, silentAfter: milliseconds } : one,
    );
  }

  // The line is gone: what is under way will not come.
  broken(): void {
    this.waiting.value = false;
    this.hearing.value = "";
    this.sound = null;
    this.takenBack = false;
    if (this.open()) {
      this.cutOff = true;
      this.change({ outcome: "interrupted" });
    }
  }

  // The line is there again, and the conversation goes on with that, once what was missed has come.
  private resume(continues: Continues): void {
    if (!this.cutOff || this.last()?.outcome !== "interrupted") {
      return;
    }
    this.continues = continues;
    if (continues === "answer") {
      this.waiting.value = true;
      this.change({ reply: "", heard: 0, outcome: null, moments: null });
    } else {
      this.change({ outcome: null });
    }
  }

  // What was missed has come.
  private ready(): void {
    const turn = this.open();
    if (turn?.reply && (this.continues === "nothing" || this.continues === "words")) {
      this.change({ outcome: "complete", heard: turn.reply.length });
    }
    this.continues = null;
    this.cutOff = false;
  }

  private ask(text: string): void {
    this.hearing.value = "";
    if (!text) {
      return;
    }
    this.waiting.value = true;
    this.questionAt = performance.now();
    const turn = this.last();
    if (turn && this.takenBack && turn.question && text.startsWith(turn.question)) {
      this.change({ question: text, outcome: null, moments: null });
    } else {
      this.add(text);
    }
    this.takenBack = false;
    this.sound = null;
  }

  private say(text: string): void {
    const turn = this.open();
    const last = this.last();
    if (!turn && last?.outcome === "interrupted" && !last.moments && text.startsWith(last.reply)) {
      return; // of what was stopped here, and the server does not know yet
    }
    if (!turn || !(text.startsWith(turn.reply) || this.takenBack)) {
      this.add("");
      this.sound = null;
    }
    this.takenBack = false;
    this.change({ reply: text, outcome: null });
    this.light();
  }

  private soundEnded(): void {
    if (this.sound) {
      this.sound.complete = true;
      this.light();
    }
  }

  private end(outcome: Outcome, moments: Moments): void {
    this.waiting.value = false;
    const turn = this.last();
    if (!turn) {
      return;
    }
    // Where a voice fails it is the apology that was heard, and the text that says so.
    const settled = turn.outcome === "interrupted" ? "interrupted" : outcome;
    this.change({ outcome: settled, moments });
    if (settled !== "complete") {
      return;
    }
    if (this.sound) {
      this.soundEnded();
      this.rate = learnedRate(this.rate, turn.reply.length, (this.sound.to - this.sound.from) / wireRate);
    } else {
      this.change({ heard: turn.reply.length });
    }
  }

  // Marks what has been heard; never less than before.
  private light(): void {
    const turn = this.last();
    if (!turn || !this.sound || turn.outcome === "interrupted") {
      return;
    }
    const heard = heardCharacters({
      text: turn.reply,
      heard: this.sound.heard / wireRate,
      sound: (this.sound.to - this.sound.from) / wireRate,
      soundComplete: this.sound.complete,
      rate: this.rate,
    });
    if (heard > turn.heard) {
      this.change({ heard });
    }
  }

  private last(): Turn | undefined {
    return this.turns.value[this.turns.value.length - 1];
  }

  // The last turn, as long as its reply is on its way.
  open(): Turn | undefined {
    const turn = this.last();
    return turn && turn.outcome === null ? turn : undefined;
  }

  private add(question: string): void {
    const turn: Turn = {
      id: this.next++,
      question,
      reply: "",
      heard: 0,
      outcome: null,
      fault: "",
      moments: null,
      atTheEar: null,
      silentAfter: null,
    };
    this.turns.value = [...this.turns.value.slice(1 - most_turns), turn];
  }

  private change(part: Partial<Turn>): void {
    const turn = this.last();
    if (turn) {
      this.turns.value = [...this.turns.value.slice(0, -1), { ...turn, ...part }];
    }
  }
}
