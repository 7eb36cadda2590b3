// The robot's API: POST /action, POST /upload, GET /status/{id}.
import { ServerError, ask } from "../../server/http";

export type Action = "nod" | "look_left" | "look_right" | "wave" | "dance" | "turn_left" | "turn_right" | "move_forward" | "stop" | "led_color";

// The robot is given five seconds for a command, and a moment to be found.
const patience = 15_000;

export async function act(action: Action, more: Record<string, unknown> = {}): Promise<void> {
  await ask("action", { method: "POST", json: { action, ...more }, patience });
}

export type JobState = "received" | "transcribing" | "thinking" | "done" | "error";

export interface Job {
  status: JobState;
  text: string;
  response: string;
}

// The job's id.
export async function upload(sound: Blob, name: string): Promise<string> {
  const form = new FormData();
  form.append("file", sound, name);
  return (await ask<{ job_id: string }>("upload", { method: "POST", body: form, patience: 120_000 })).job_id;
}

export const statusOf = (id: string, signal: AbortSignal): Promise<Job> => ask(`status/${encodeURIComponent(id)}`, { signal });

const between_questions_ms = 400;

// Tells each state, until the last one. A server that is away for a moment is asked again; one that says no is not.
export async function follow(id: string, signal: AbortSignal, tell: (job: Job) => void): Promise<void> {
  let misses = 0;
  for (;;) {
    try {
      const job = await statusOf(id, signal);
      misses = 0;
      tell(job);
      if (job.status === "done" || job.status === "error") {
        return;
      }
    } catch (fault) {
      misses += 1;
      if (signal.aborted || !(fault instanceof ServerError) || fault.status !== 0 || misses > 10) {
        throw fault;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, between_questions_ms));
    signal.throwIfAborted();
  }
}

// What went wrong with a command, and what one can do.
export function robotTrouble(fault: ServerError): { what: string; todo: string } {
  switch (fault.status) {
    case 503:
      return { what: "No robot answers.", todo: fault.message };
    case 502:
      return { what: "The robot said no.", todo: `${fault.message} It does not move while it is held, at an edge, or charging.` };
    case 504:
      return { what: "The robot took too long.", todo: "It may be busy, or its network weak. What it was told may still happen." };
    case 409:
      return { what: "Another command came first.", todo: "Somebody else told the robot something at the same moment." };
    default:
      return { what: fault.message, todo: "" };
  }
}
