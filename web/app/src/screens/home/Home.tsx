import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { notify } from "../../app/notices";
import { go, href } from "../../app/router";
import { wishToTalk } from "../../app/talk_wish";
import { MicrophoneAdvice } from "../../audio/MicrophoneAdvice";
import { MicrophoneFault } from "../../audio/fault";
import { wakeSound } from "../../audio/sound";
import { account, signedIn } from "../../server/account";
import { agents, chooseAgent, chosenAgent, languageName } from "../../server/agents";
import { overview } from "../../server/overview";
import { Advice } from "../../ui/Advice";
import { EngineAdvice } from "../../ui/EngineAdvice";
import { Icon } from "../../ui/Icon";
import { offerFor } from "./action";
import { type Line, attend, connected, draft, lines, longest_line, session, startAnew, tell, trouble, write, writeAgain } from "./chat";
import { leaveVoice, endVoice, speakOnce, voiceFault, voiceLevel, voiceState } from "./voice_message";
import "./home.css";

export default function Home() {
  return (
    <>
      <Hero />
      <EngineAdvice />
      <Chat />
    </>
  );
}

function Hero() {
  const name = account.value?.full_name?.split(" ")[0];
  return (
    <section class="home-hero" aria-labelledby="home-title">
      <h1 id="home-title">{name ? `Hello, ${name}. Talk to me.` : "Talk to me."}</h1>
      <p class="home-what soft">A voice agent of your own: it listens while you speak, answers at once, and lets you interrupt.</p>
      <AgentPicker />
      <button type="button" class="home-call" onClick={call}>
        <Icon name="microphone" size={44} />
        <span>Talk</span>
      </button>
      <p class="small soft">Your browser asks for the microphone the first time.</p>
    </section>
  );
}

function call() {
  // Within the click: that is when a browser lets a page sound.
  wakeSound();
  wishToTalk();
  go("talk");
}

function AgentPicker() {
  if (agents.value.length < 2) {
    return null;
  }
  return (
    <fieldset class="home-agents">
      <legend class="visually-hidden">Who do you want to talk to?</legend>
      {agents.value.map(({ id, name, language }) => (
        <label key={id} class="home-agent">
          <input
            type="radio"
            name="agent"
            value={id}
            checked={chosenAgent.value?.id === id}
            onChange={() => chooseAgent(id)}
          />
          <span>
            <strong>{name || id}</strong>
            <span class="small soft">{languageName(language)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

// --- writing ---

function mayWrite(): boolean {
  return signedIn.value || (overview.value?.anonymous ?? true);
}

function Chat() {
  if (!mayWrite()) {
    return (
      <section class="home-chat card" aria-labelledby="home-write">
        <h2 id="home-write">Or write</h2>
        <p>
          Writing needs an account here. <a href={href("sign-in")}>Sign in or register</a>
        </p>
      </section>
    );
  }
  return <OpenChat />;
}

function OpenChat() {
  const box = useRef<HTMLTextAreaElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const tooMany = useSignal(false);
  useEffect(attend, []);
  useEffect(() => leaveVoice, []);
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [lines.value]);

  const send = () => {
    const text = draft.value.trim();
    if (!text) {
      box.current?.focus();
      return;
    }
    tooMany.value = !write(text);
    if (!tooMany.value) {
      draft.value = "";
    }
  };
  const thinking = lines.value.some((line) => line.state === "waiting");

  return (
    <section class="home-chat card" aria-labelledby="home-write">
      <div class="row spread">
        <h2 id="home-write">Or write</h2>
        {lines.value.length > 0 && (
          <button
            type="button"
            class="button button-plain"
            onClick={() => {
              startAnew();
              notify("A new conversation.");
              box.current?.focus();
            }}
          >
            New conversation
          </button>
        )}
      </div>
      {lines.value.length > 0 && (
        <div class="home-log" role="log" aria-label="What was written" tabIndex={0} ref={log}>
          {lines.value.map((line) => (
            <ChatLine key={line.id} line={line} />
          ))}
          {((thinking && connected.value) || voiceState.value === "thinking") && (
            <p class="home-thinking" aria-label="Thinking">
              <i />
              <i />
              <i />
            </p>
          )}
        </div>
      )}
      <form
        class="home-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <label class="visually-hidden" for="home-text">
          Your message
        </label>
        <textarea
          id="home-text"
          ref={box}
          rows={1}
          maxLength={longest_line}
          placeholder="What time is it?"
          value={draft.value}
          onInput={(event) => (draft.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
              event.preventDefault();
              send();
            }
          }}
        />
        <VoiceButton />
        <button type="submit" class="button button-main button-icon" aria-label="Send">
          <Icon name="send" />
        </button>
      </form>
      <p class="small soft" role="status">
        {voiceWords[voiceState.value] || trouble.value || (tooMany.value ? "Wait for an answer first." : "")}
      </p>
      {voiceFault.value instanceof MicrophoneFault ? (
        <MicrophoneAdvice fault={voiceFault.value} again={() => void sayIt()} />
      ) : (
        voiceFault.value && <Advice what={voiceFault.value} />
      )}
      <p class="small soft">
        {signedIn.value ? (
          <>What you write here is in your <a href={href("history")}>history</a>, and it remembers what you ask it to.</>
        ) : (
          <>
            <a href={href("sign-in")}>Sign in</a>, and it remembers you and keeps what was written. Calls are never kept.
          </>
        )}
      </p>
    </section>
  );
}

const voiceWords = {
  off: "",
  opening: "Opening the microphone…",
  recording: "Speak now. It ends by itself when you pause, or press again.",
  thinking: "",
} as const;

async function sayIt(): Promise<void> {
  wakeSound();
  const heard = await speakOnce(session());
  if (heard) {
    tell(heard.transcript, heard.answer, heard.action);
  }
}

function VoiceButton() {
  const recording = voiceState.value === "recording" || voiceState.value === "opening";
  return (
    <button
      type="button"
      class="button button-icon home-voice"
      aria-label={recording ? "Done speaking" : "Say it instead"}
      aria-pressed={recording}
      disabled={voiceState.value === "thinking"}
      style={{ "--level": String(voiceLevel.value) }}
      onClick={() => (recording ? endVoice() : void sayIt())}
    >
      <Icon name={recording ? "stop" : "microphone"} />
    </button>
  );
}

function ChatLine({ line }: { line: Line }) {
  const offer = line.action && offerFor(line.action);
  return (
    <div class={line.who === "you" ? "home-line home-own" : "home-line home-agent-line"}>
      <span class="visually-hidden">{line.who === "you" ? "You: " : "Agent: "}</span>
      <p dir="auto">{line.text}</p>
      {offer && (offer.href ? <a href={offer.href}>{offer.words}</a> : <p class="small soft">{offer.words}: not from a browser.</p>)}
      {line.fault && <Advice bad what={line.fault} />}
      {line.state === "lost" && (
        <p class="small">
          The connection was lost before an answer came.{" "}
          <button type="button" class="home-again" onClick={() => writeAgain(line.id)}>
            Send again
          </button>
        </p>
      )}
    </div>
  );
}
