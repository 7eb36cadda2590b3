// A question, recorded here or as a file: understood and answered by the server, and spoken by the robot.
import { useEffect, useRef, useState } from "preact/hooks";
import { faultIn } from "../../server/asked";
import { overview } from "../../server/overview";
import { Advice } from "../../ui/Advice";
import { Icon } from "../../ui/Icon";
import { type Recorder, record, recordingTrouble } from "./recording";
import { type Job, type JobState, follow, upload } from "./wire";

// "asking": the browser asks whether it may listen.
type Standing = { is: "ready" } | { is: "asking" } | { is: "recording"; seconds: number } | { is: "sending" } | { is: "job"; job: Job };

export function Question() {
  const [standing, setStanding] = useState<Standing>({ is: "ready" });
  const [fault, setFault] = useState<{ what: string; todo: string } | null>(null);
  const recorder = useRef<Recorder | null>(null);
  const gone = useRef(new AbortController());
  const left = useRef(false);
  const file = useRef<HTMLInputElement>(null);
  useEffect(
    () => () => {
      left.current = true;
      recorder.current?.discard();
      gone.current.abort();
    },
    [],
  );

  const send = async (sound: Blob, name: string) => {
    setFault(null);
    setStanding({ is: "sending" });
    gone.current.abort();
    gone.current = new AbortController();
    const { signal } = gone.current;
    try {
      const id = await upload(sound, name);
      setStanding({ is: "job", job: { status: "received", text: "", response: "" } });
      await follow(id, signal, (job) => !signal.aborted && setStanding({ is: "job", job }));
    } catch (raised) {
      if (signal.aborted) {
        return;
      }
      setStanding({ is: "ready" });
      setFault({ what: faultIn(raised).message, todo: "Please try again in a moment." });
    }
  };

  const begin = async () => {
    setFault(null);
    setStanding({ is: "asking" });
    try {
      const opened = await record({
        seconds: (seconds) => setStanding({ is: "recording", seconds }),
        over: () => void end(),
      });
      if (left.current) {
        opened.discard(); // allowed only after the screen was left
        return;
      }
      recorder.current = opened;
      setStanding({ is: "recording", seconds: 0 });
    } catch (raised) {
      if (!left.current) {
        setStanding({ is: "ready" });
        setFault(recordingTrouble(raised));
      }
    }
  };
  // Pressed twice, it counts once.
  const end = async () => {
    const ending = recorder.current;
    recorder.current = null;
    if (!ending) {
      return;
    }
    setStanding({ is: "sending" });
    const sound = await ending.finish();
    if (left.current) {
      return;
    }
    if (sound.size === 0) {
      setStanding({ is: "ready" });
      setFault({ what: "Nothing was recorded.", todo: "Is the microphone still plugged in?" });
      return;
    }
    await send(sound, "question.webm");
  };

  const busy = standing.is === "asking" || standing.is === "sending" || (standing.is === "job" && standing.job.status !== "done" && standing.job.status !== "error");
  return (
    <section class="card robot-question">
      <h2>Ask a question</h2>
      <p class="soft">
        {overview.value?.robot.configured ? "The answer appears here, and the robot says it." : "The answer appears here."} Each question stands for itself, and nothing of it is kept.
      </p>
      <div class="row">
        {standing.is === "recording" ? (
          <button type="button" class="button button-main" onClick={() => void end()}>
            <Icon name="stop" size={20} /> Stop and send
            <span class="robot-seconds">{standing.seconds} s</span>
          </button>
        ) : (
          <button type="button" class="button button-main" disabled={busy} onClick={() => void begin()}>
            <Icon name="microphone" size={20} /> Record
          </button>
        )}
        <button type="button" class="button" disabled={busy || standing.is === "recording"} onClick={() => file.current?.click()}>
          <Icon name="upload" size={20} /> Upload a recording
        </button>
        <input
          ref={file}
          type="file"
          class="visually-hidden"
          tabIndex={-1}
          aria-label="A recording"
          accept="audio/*,video/webm,.wav,.webm,.ogg,.mp3,.m4a,.flac"
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (chosen) {
              void send(chosen, chosen.name);
            }
          }}
        />
      </div>
      {fault && <Advice bad what={fault.what} todo={fault.todo} />}
      {(standing.is === "sending" || standing.is === "job") && <Progress job={standing.is === "job" ? standing.job : null} />}
    </section>
  );
}

const steps: readonly { state: JobState; label: string }[] = [
  { state: "received", label: "Received" },
  { state: "transcribing", label: "Hearing" },
  { state: "thinking", label: "Thinking" },
  { state: "done", label: "Answered" },
];

function Progress({ job }: { job: Job | null }) {
  const failed = job?.status === "error";
  // Where it failed shows in what there is already.
  const at = job === null ? -1 : failed ? (job.text ? 2 : 1) : steps.findIndex((step) => step.state === job.status);
  return (
    <div class="robot-job">
      <ol class="robot-steps" aria-label="How far it is">
        {steps.map((step, index) => {
          const over = index < at || job?.status === "done";
          const current = index === at && !over;
          return (
            <li key={step.state} class={over ? "robot-over" : current ? (failed ? "robot-failed" : "robot-current") : ""} {...(current ? { "aria-current": "step" as const } : {})}>
              <i aria-hidden="true">{over ? <Icon name="check" size={16} /> : current && failed ? <Icon name="close" size={16} /> : index + 1}</i>
              {step.label}
            </li>
          );
        })}
      </ol>
      <p class="visually-hidden" role="status">
        {failed ? "It went wrong." : at < 0 ? "Sending" : steps[at]?.label}
      </p>
      {job?.text && (
        <div class="robot-said">
          <h3>You asked</h3>
          <p class="robot-words">{job.text}</p>
        </div>
      )}
      {job?.status === "done" && (
        <div class="robot-said">
          <h3>The answer</h3>
          <p class="robot-words robot-answer">{job.response}</p>
        </div>
      )}
      {failed && <Advice bad what={job.response || "The question could not be answered."} todo="Please try again; the Status screen says whether something is missing." />}
    </div>
  );
}
