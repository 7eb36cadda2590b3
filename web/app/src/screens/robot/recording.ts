// A recording of this device's microphone, as its browser writes one; the server opens what browsers write.
export interface Recorder {
  // What was recorded, complete. Resolves also where the recording has ended by itself; empty after `discard`.
  finish(): Promise<Blob>;
  // The microphone is off at once.
  discard(): void;
}

export interface RecordingEvents {
  seconds: (seconds: number) => void; // once a second
  // It ended by itself: as long as a question may be, or the microphone was unplugged. `finish` gives what there is.
  over: () => void;
}

// A question is no speech.
const longest_seconds = 60;

// Throws what getUserMedia and MediaRecorder throw; the microphone is off then.
export async function record(events: RecordingEvents): Promise<Recorder> {
  if (!navigator.mediaDevices || typeof MediaRecorder === "undefined") {
    throw new DOMException("no microphone here", "SecurityError");
  }
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
  try {
    return recordFrom(stream, events);
  } catch (fault) {
    release(stream);
    throw fault;
  }
}

function recordFrom(stream: MediaStream, events: RecordingEvents): Recorder {
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  let wanted = true; // until it is finished, discarded, or over by itself
  let seconds = 0;
  const end = () => {
    clearInterval(timer);
    // A recorder whose microphone has gone has stopped by itself, and would throw.
    if (recorder.state !== "inactive") {
      recorder.stop();
    }
  };
  const endByItself = () => {
    end();
    if (wanted) {
      wanted = false;
      events.over();
    }
  };
  const timer = setInterval(() => {
    seconds += 1;
    events.seconds(seconds);
    if (seconds >= longest_seconds) {
      endByItself();
    }
  }, 1000);
  const stopped = new Promise<Blob>((resolve) => {
    recorder.onstop = () => {
      release(stream);
      resolve(new Blob(pieces, { type: recorder.mimeType }));
      endByItself();
    };
  });
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.onerror = endByItself;
  for (const track of stream.getTracks()) {
    track.onended = endByItself;
  }
  try {
    recorder.start();
  } catch (fault) {
    clearInterval(timer);
    throw fault;
  }
  return {
    finish: () => {
      wanted = false;
      end();
      return stopped;
    },
    discard: () => {
      wanted = false;
      recorder.ondataavailable = null;
      pieces.length = 0;
      end();
      release(stream);
    },
  };
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.stop();
  }
}

export function recordingTrouble(fault: unknown): { what: string; todo: string } {
  const name = fault instanceof DOMException ? fault.name : "";
  if (name === "NotAllowedError") {
    return { what: "The browser does not let this page use the microphone.", todo: "Allow it in the address bar, or upload a recording instead." };
  }
  if (name === "NotFoundError") {
    return { what: "This device has no microphone.", todo: "Plug one in, or upload a recording instead." };
  }
  if (name === "SecurityError") {
    return { what: "Browsers give the microphone only to pages that came over https.", todo: "Open this page over https, or upload a recording instead." };
  }
  return { what: "The microphone could not be opened.", todo: "Another program may be using it. You can upload a recording instead." };
}
