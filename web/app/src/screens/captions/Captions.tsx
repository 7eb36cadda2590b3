// What is said in the room, live and large.
import "./captions.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { stored } from "../../app/stored";
import { overview } from "../../server/overview";
import { Advice } from "../../ui/Advice";
import { Icon } from "../../ui/Icon";
import { counted } from "../../ui/time";
import { Export } from "./Export";
import { LineView } from "./LineView";
import { Listening } from "./listening";
import { Options, type TextSize } from "./Options";

export default function Captions() {
  const captions = overview.value?.captions;
  if (captions && !captions.allowed) {
    return (
      <>
        <h1>Captions</h1>
        <Advice
          what="Nobody may listen to the room here."
          todo={
            <>
              {captions.reason || "Captions are switched off."} Whoever runs this server can change that: the setting <code>CAPTIONS_ALLOW</code>.
            </>
          }
        />
      </>
    );
  }
  return <Live />;
}

const kept = { size: stored("captions.size"), confidence: stored("captions.confidence"), language: stored("captions.language") };

function Live() {
  const [language, setLanguage] = useState(kept.language.read() ?? "");
  const [translate, setTranslate] = useState("");
  const [size, setSize] = useState<TextSize>((kept.size.read() as TextSize | null) ?? "large");
  const [shaded, setShaded] = useState(kept.confidence.read() !== "no");
  const [open, setOpen] = useState(false);
  const listening = useMemo(() => new Listening({ language, translate }), [language, translate]);
  useEffect(() => () => listening.close(), [listening]);

  return (
    <div class="captions">
      <div class="screen-head">
        <div class="row">
          <h1>Captions</h1>
          <State listening={listening} />
        </div>
        <div class="row">
          <Pause listening={listening} />
          <Export translate={translate} />
          <button type="button" class="button" aria-expanded={open} aria-controls="captions-options" onClick={() => setOpen(!open)}>
            <Icon name="settings" size={20} /> Options
          </button>
        </div>
      </div>
      <div id="captions-options" hidden={!open}>
        <Options
          size={size}
          shaded={shaded}
          language={language}
          translate={translate}
          onSize={(chosen) => {
            kept.size.write(chosen);
            setSize(chosen);
          }}
          onShaded={(on) => {
            kept.confidence.write(on ? "yes" : "no");
            setShaded(on);
          }}
          onLanguage={(chosen) => {
            kept.language.write(chosen);
            setLanguage(chosen);
          }}
          onTranslate={setTranslate}
        />
      </div>
      {listening.complaint.value && <Advice what={listening.complaint.value} />}
      {listening.trouble.value && <MicrophoneTrouble words={listening.trouble.value} />}
      <Text listening={listening} size={size} shaded={shaded} />
    </div>
  );
}

const states = {
  connecting: { words: "Connecting…", kind: "chip" },
  open: { words: "Listening", kind: "chip chip-good" },
  waiting: { words: "Connection lost; coming back by itself", kind: "chip chip-warn" },
  closed: { words: "Not connected", kind: "chip chip-bad" },
} as const;

const deaf = { words: "Connected, but hears nothing", kind: "chip chip-warn" } as const;

const isOfMicrophone = (trouble: string): boolean => /microphone|sound|device/i.test(trouble);

function State({ listening }: { listening: Listening }) {
  const state = listening.state.value;
  const { words, kind } = state === "open" && isOfMicrophone(listening.trouble.value) ? deaf : states[state];
  return (
    <span class={kind} role="status">
      {kind === "chip chip-good" && <i class="captions-dot" aria-hidden="true" />}
      {words}
    </span>
  );
}

function Pause({ listening }: { listening: Listening }) {
  if (!listening.paused.value) {
    return (
      <button type="button" class="button" onClick={() => listening.pause()}>
        <Icon name="pause" size={20} /> Pause
      </button>
    );
  }
  const waiting = listening.held.value.length;
  return (
    <button type="button" class="button button-main" onClick={() => listening.goOn()}>
      <Icon name="play" size={20} /> Go on
      {waiting > 0 && <span class="captions-count">{counted(waiting, "line waits", "lines wait")}</span>}
    </button>
  );
}

function MicrophoneTrouble({ words }: { words: string }) {
  return (
    <Advice
      bad
      what={words}
      todo={
        isOfMicrophone(words)
          ? "The microphone is the server's, not this device's. Plug one in there, or see which it has with “repartee devices”; it is taken up by itself as soon as it is there."
          : "What was said meanwhile may be missing. It goes on by itself."
      }
    />
  );
}

// The lines, followed to the end as long as the reader is there.
function Text({ listening, size, shaded }: { listening: Listening; size: TextSize; shaded: boolean }) {
  const page = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const [read, setRead] = useState(0);
  const lines = listening.lines.value;
  const part = listening.part.value;

  useEffect(() => {
    if (follows) {
      page.current?.scrollTo({ top: page.current.scrollHeight });
      setRead(lines.length);
    }
  }, [lines, part, follows, size]);

  // Also when the window becomes another: what was at the end stays there.
  useEffect(() => {
    const at = page.current;
    if (!at || !follows) {
      return;
    }
    const watch = new ResizeObserver(() => at.scrollTo({ top: at.scrollHeight }));
    watch.observe(at);
    return () => watch.disconnect();
  }, [follows]);

  const scrolled = () => {
    const at = page.current;
    if (at) {
      setFollows(at.scrollHeight - at.scrollTop - at.clientHeight < 40);
    }
  };
  const unread = Math.max(0, lines.length - read);
  return (
    <div class="captions-frame">
      <div class="captions-page" data-size={size} ref={page} tabIndex={0} role="region" aria-label="What is said" onScroll={scrolled}>
        {lines.length === 0 && !part && <Silence />}
        <div role="log" aria-label="Lines">
          <ol class="captions-lines">
            {lines.map((line, index) => (
              <LineView key={line.key} line={line} before={lines[index - 1] ?? null} shaded={shaded} />
            ))}
          </ol>
        </div>
        {part && (
          <p class="captions-part" aria-hidden="true">
            {part}
          </p>
        )}
      </div>
      {!follows && (
        <button
          type="button"
          class="button captions-newest"
          onClick={() => {
            setFollows(true);
            page.current?.focus();
          }}
        >
          <Icon name="chevron" size={20} /> {unread > 0 ? counted(unread, "new line") : "To the newest line"}
        </button>
      )}
      {shaded && lines.some((line) => line.words.some((word) => word.confidence !== null)) && <Legend />}
    </div>
  );
}

function Silence() {
  return (
    <div class="captions-silence">
      <Icon name="captions" size={56} />
      <p>What is said in the room appears here.</p>
    </div>
  );
}

function Legend() {
  return (
    <p class="captions-legend small soft">
      How well it was heard: <span>sure</span>, <span class="captions-perhaps">perhaps</span>, <span class="captions-guess">a guess</span>
    </p>
  );
}
