import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { place } from "../../app/router";
import { takeWishToTalk } from "../../app/talk_wish";
import { MicrophoneAdvice } from "../../audio/MicrophoneAdvice";
import { soundHeldBack, wakeSound } from "../../audio/sound";
import { agents, chooseAgent, chosenAgent, languageName } from "../../server/agents";
import { Advice } from "../../ui/Advice";
import { EngineAdvice } from "../../ui/EngineAdvice";
import { Select } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Bars } from "./Bars";
import { Call, type Mood } from "./call";
import { PushToTalk } from "./push_to_talk";
import { TurnView } from "./TurnView";
import type { Trouble } from "./trouble";
import "./talk.css";

type Way = "call" | "push";

export default function Talk() {
  const call = useMemo(() => new Call(), []);
  const push = useMemo(() => new PushToTalk(), []);
  const way = useSignal<Way>("call");
  const session = way.value === "call" ? call : push;

  useEffect(() => {
    const asked = place.value.query.get("agent");
    if (asked && agents.value.some((agent) => agent.id === asked)) {
      chooseAgent(asked);
    }
    if (takeWishToTalk()) {
      void call.start(chosenAgent.value?.id ?? "");
    }
    return () => {
      call.hangUp();
      push.hangUp();
    };
  }, []);
  useKeys(way, call, push);

  const begin = (from: "nobody" | "anybody" = "nobody") => {
    wakeSound();
    void (way.value === "call" ? call.start(chosenAgent.value?.id ?? "", from) : push.start(from));
  };
  const change = (to: Way) => {
    session.hangUp();
    way.value = to;
  };
  // Push-to-talk knows one agent, which has no name here.
  const name = (way.value === "call" && (chosenAgent.value?.name || chosenAgent.value?.id)) || "Agent";

  return (
    <>
      <div class="screen-head">
        <h1>Talk</h1>
        {way.value === "call" && agents.value.length > 1 && (
          <div class="talk-picker">
            <Select
              label="With"
              value={chosenAgent.value?.id ?? ""}
              choices={agents.value.map(({ id, name, language }) => ({
                value: id,
                label: `${name || id}, ${languageName(language)}`,
              }))}
              onChange={(id) => {
                chooseAgent(id);
                if (call.active.value) {
                  begin();
                }
              }}
            />
          </div>
        )}
      </div>
      <Log session={session} agent={name} way={way.value} />
      <div class="talk-trouble">
        <TroubleAdvice trouble={session.trouble.value} begin={begin} push={() => change("push")} />
      </div>
      <section class="talk-stage" aria-label="The conversation now">
        {way.value === "call" ? <CallControls call={call} begin={begin} /> : <PushControls push={push} begin={begin} />}
        <p class="talk-ways small soft">
          {way.value === "call" ? (
            <button type="button" class="talk-link" onClick={() => change("push")}>
              Push to talk instead
            </button>
          ) : (
            <button type="button" class="talk-link" onClick={() => change("call")}>
              Call instead
            </button>
          )}
        </p>
      </section>
    </>
  );
}

// Escape interrupts; the space bar is the button of push-to-talk, unless something else is in hand.
function useKeys(way: Signal<Way>, call: Call, push: PushToTalk) {
  useEffect(() => {
    const isFree = (event: KeyboardEvent) =>
      event.code === "Space" &&
      way.value === "push" &&
      push.active.value &&
      !(event.target as Element).closest?.("input, textarea, select, summary, a, button:not(.talk-hold), dialog");
    const down = (event: KeyboardEvent) => {
      if (event.key === "Escape") {
        (way.value === "call" ? call : push).interrupt();
      } else if (isFree(event)) {
        event.preventDefault();
        push.press();
      }
    };
    const up = (event: KeyboardEvent) => {
      if (event.code === "Space" && push.held.value) {
        event.preventDefault();
        push.release();
      }
    };
    const away = () => push.release();
    addEventListener("keydown", down);
    addEventListener("keyup", up);
    addEventListener("blur", away);
    return () => {
      removeEventListener("keydown", down);
      removeEventListener("keyup", up);
      removeEventListener("blur", away);
    };
  }, []);
}

function Log(props: { session: Call | PushToTalk; agent: string; way: Way }) {
  const { dialogue, active, trouble } = props.session;
  const { turns, hearing } = dialogue;
  useEffect(() => {
    // Only who is at the end already is taken along.
    const rest = document.documentElement.scrollHeight - innerHeight - scrollY;
    if (rest < 240) {
      scrollTo({ top: document.documentElement.scrollHeight });
    }
  }, [turns.value, hearing.value, trouble.value]);
  if (turns.value.length === 0 && !hearing.value) {
    return trouble.value ? <div class="talk-welcome" /> : <Welcome active={active.value} agent={props.agent} way={props.way} />;
  }
  return (
    // Not told by itself: the agent speaks it aloud.
      <ol class="talk-log" aria-label="What was said">
        {turns.value.map((turn) => (
          <TurnView key={turn.id} turn={turn} agent={props.agent} />
        ))}
        {hearing.value && (
          <li class="talk-turn">
            <div class="talk-line talk-own talk-hearing">
              <span class="talk-who">You</span>
              <p dir="auto">{hearing.value}…</p>
            </div>
          </li>
        )}
      </ol>
  );
}

function Welcome({ active, agent, way }: { active: boolean; agent: string; way: Way }) {
  return (
    <div class="talk-welcome">
      {active ? (
        <>
          <p class="talk-lead">{way === "call" ? "Say something." : "Hold the button, and say something."}</p>
          <p class="soft">
            {way === "call" ? "“What time is it?” is a good beginning. You can interrupt at any time." : "Let go when you are done."}
          </p>
        </>
      ) : (
        <>
          <p class="talk-lead">{way === "call" ? `Talk with ${agent}` : "Push to talk"}</p>
          <p class="soft">
            {way === "call"
              ? "Like a phone call: speak when you like, and interrupt when you like. Headphones make it best."
              : "Like a walkie-talkie: hold the button while you speak. It is always the server’s own agent that answers."}
          </p>
        </>
      )}
    </div>
  );
}

const moodWords: Record<Mood, string> = {
  idle: "",
  connecting: "Connecting…",
  listening: "Listening",
  voice: "You’re speaking",
  thinking: "Thinking…",
  speaking: "Speaking",
  interrupted: "Interrupted. Go on!",
  muted: "Your microphone is off",
};

// `told`: aloud, too, by who cannot see. Who listens and who speaks one hears without being told, and would be told of it
// in the midst of every sentence.
function MoodLine({ mood, words, told }: { mood: Mood; words: string; told: boolean }) {
  return (
    <>
      <p class={`talk-mood talk-mood-${mood}`} aria-hidden={told}>
        {words}
      </p>
      <p class="visually-hidden" role="status">
        {told && words}
      </p>
    </>
  );
}

function CallControls({ call, begin }: { call: Call; begin: () => void }) {
  const active = call.active.value;
  const mood = call.mood.value;
  const words = useComputed(() => call.waitingFor.value || moodWords[call.mood.value]);
  return (
    <>
      <Bars levels={call.levels} active={active} />
      <MoodLine mood={mood} words={words.value} told={call.waitingFor.value !== "" || mood === "connecting" || mood === "muted"} />
      <Hints>
        {soundHeldBack.value && active && (
          <button type="button" class="button" onClick={() => wakeSound()}>
            Your browser holds the sound back: let it sound
          </button>
        )}
        {call.slow.value && <p>The network is slow: some of what you say may be lost.</p>}
        {call.cameBack.value === "resumed" && <p>Connected again. The conversation goes on.</p>}
        {call.cameBack.value === "anew" && <p>Connected again. The agent has forgotten what was said before.</p>}
      </Hints>
      {active ? (
        <div class="talk-controls talk-live">
          <button type="button" class="button" aria-pressed={call.muted.value} onClick={() => call.mute(!call.muted.value)}>
            <Icon name={call.muted.value ? "microphone-off" : "microphone"} />
            {call.muted.value ? "Unmute" : "Mute"}
          </button>
          <button
            type="button"
            class="button"
            disabled={mood !== "speaking" && mood !== "thinking"}
            title="Escape does the same"
            onClick={() => call.interrupt()}
          >
            <Icon name="stop" />
            Interrupt
          </button>
          <button type="button" class="button talk-hang-up" onClick={() => call.hangUp()}>
            <Icon name="hang-up" />
            Hang up
          </button>
        </div>
      ) : (
        <div class="talk-controls">
          <button type="button" class="button button-main talk-call" onClick={() => begin()}>
            <Icon name="phone" />
            {call.dialogue.turns.value.length > 0 ? "Call again" : "Call"}
          </button>
        </div>
      )}
    </>
  );
}

function PushControls({ push, begin }: { push: PushToTalk; begin: () => void }) {
  const active = push.active.value;
  const mood = push.mood.value;
  const words = useComputed(
    () =>
      push.waitingFor.value ||
      (push.mood.value === "listening" ? "Hold the button, or the space bar, and speak" : moodWords[push.mood.value]),
  );
  return (
    <>
      <Bars levels={push.levels} active={active} />
      <MoodLine mood={mood} words={words.value} told={push.waitingFor.value !== "" || mood === "connecting"} />
      <Hints>{push.hint.value && <p>{push.hint.value}</p>}</Hints>
      <div class={active ? "talk-controls talk-live" : "talk-controls"}>
        {active ? (
          <>
            <button
              type="button"
              class="button button-main talk-hold"
              aria-pressed={push.held.value}
              disabled={mood === "connecting"}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                push.press();
              }}
              onPointerUp={() => push.release()}
              onPointerCancel={() => push.release()}
              onClick={(event) => {
                // Pressed by Enter or by a screen reader, which cannot hold: once to begin, once to end.
                if (event.detail === 0) {
                  push.toggle();
                }
              }}
              onContextMenu={(event) => event.preventDefault()}
            >
              <Icon name="microphone" />
              {push.held.value ? "Let go when done" : "Hold to talk"}
            </button>
            <button type="button" class="button" disabled={mood !== "speaking"} onClick={() => push.interrupt()}>
              <Icon name="stop" />
              Interrupt
            </button>
            <button type="button" class="button talk-hang-up" onClick={() => push.hangUp()}>
              <Icon name="close" />
              End
            </button>
          </>
        ) : (
          <button type="button" class="button button-main talk-call" onClick={() => begin()}>
            <Icon name="microphone" />
            Begin
          </button>
        )}
      </div>
    </>
  );
}

// Space is kept for one line, so that nothing jumps when there is something to say.
function Hints({ children }: { children: preact.ComponentChildren }) {
  return (
    <div class="talk-hints small soft" aria-live="polite">
      {children}
    </div>
  );
}

function TroubleAdvice(props: {
  trouble: Trouble | null;
  begin: (from?: "nobody" | "anybody") => void;
  push: () => void;
}) {
  const { trouble, begin, push } = props;
  const again = (
    <div>
      <button type="button" class="button" onClick={() => begin()}>
        Try again
      </button>
    </div>
  );
  switch (trouble?.kind) {
    case undefined:
      return <EngineAdvice />;
    case "microphone":
      return <MicrophoneAdvice fault={trouble.fault} again={() => begin()} />;
    case "elsewhere":
      return (
        <Advice
          what="You are talking in another tab."
          todo="Two at once would hear each other."
          action={
            <div>
              <button type="button" class="button" onClick={() => begin("anybody")}>
                Talk here instead
              </button>
            </div>
          }
        />
      );
    case "taken":
      return (
        <Advice
          what="The conversation went on in another tab."
          action={
            <div>
              <button type="button" class="button" onClick={() => begin("anybody")}>
                Talk here again
              </button>
            </div>
          }
        />
      );
    case "time":
      return <Advice what="The call has been as long as calls may be." todo="Call again to go on; the agent begins anew." />;
    case "refused":
      return <Advice bad what="The server let nobody in." todo={trouble.why} action={again} />;
    case "failed":
      return <Advice bad what="The server had to end the call." todo={trouble.why} action={again} />;
    case "no-line":
      return (
        <Advice
          bad
          what="The server answers, but calls do not get through."
          todo="A proxy on the way may let no WebSocket pass, or the agent is gone. Push-to-talk may still work."
          action={
            <div class="row">
              <button type="button" class="button" onClick={push}>
                Push to talk
              </button>
              {again}
            </div>
          }
        />
      );
    case "no-sound":
      return <Advice bad what="This browser could not open its sound." todo={trouble.why} action={again} />;
  }
}
