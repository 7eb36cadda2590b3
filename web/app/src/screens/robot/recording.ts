// A recording of this device's microphone, as its browser writes one; the server opens what browsers write.
export interface Recorder {
  finish(): Promise<Blob>;
  discard(): void;
}

// A question is no speech.
const longest_seconds = 60;

// Throws what getUserMedia throws.
export async function record(tell: (seconds: number) => void): Promise<Recorder> {
  if (!navigator.mediaDevices || typeof MediaRecorder === "undefined") {
    throw new DOMException("no microphone here", "SecurityError");
  }
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    tell(seconds);
    if (seconds >= longest_seconds && recorder.state === "recording") {
      recorder.pause();
    }
  }, 1000);
  const close = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) {
      track.stop();
    }
  };
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.start();
  return {
    finish: () =>
      new Promise((resolve) => {
        recorder.onstop = () => {
          close();
          resolve(new Blob(pieces, { type: recorder.mimeType }));
        };
        recorder.stop();
      }),
    discard: () => {
      recorder.ondataavailable = null;
      close();
    },
  };
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
