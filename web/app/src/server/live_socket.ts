// A WebSocket that comes back: after a lost network, a server that was restarted, a laptop that slept.
//
//     const socket = openLiveSocket(() => socketUrlOf("captions"), { message: (data) => ... });
//     socket.close();
//
// The pauses between tries grow from a quarter of a second to eight, with chance in them so that not all
// pages of a house come back in the same instant; a network that returns is tried at once.

export type LiveState = "connecting" | "open" | "waiting" | "closed";

export interface LiveEvents {
  message: (data: string | ArrayBuffer) => void;
  // `why`: of the close that led here, for "waiting" and "closed".
  state?: (state: LiveState, why: { code: number; reason: string }) => void;
  // Whether it makes sense to come back; the default: unless it was refused for good (1008) or ended in order (1000).
  comeBack?: (code: number) => boolean;
}

export interface LiveSocket {
  send(data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): boolean; // false: not connected, and not kept
  readonly buffered: number; // bytes on their way out
  // The line is dead, and the browser has not noticed yet, which may take it minutes: connects anew, by way of "waiting".
  startAnew(): void;
  close(): void;
}

const shortest_pause = 250;
const longest_pause = 8000;
// Open for so long: it works, and the next pause is short again.
const proven = 5000;

export function openLiveSocket(url: () => URL, events: LiveEvents): LiveSocket {
  let socket: WebSocket | null = null;
  let timer = 0;
  let failures = 0;
  let over = false;

  const tell = (state: LiveState, code = 0, reason = "") => events.state?.(state, { code, reason });
  const comeBack = events.comeBack ?? ((code: number) => code !== 1000 && code !== 1008);

  const connect = () => {
    clearTimeout(timer);
    tell("connecting");
    const opened = new WebSocket(url());
    socket = opened;
    let openedAt = Infinity;
    opened.binaryType = "arraybuffer";
    opened.onopen = () => {
      openedAt = performance.now();
      tell("open");
    };
    opened.onmessage = (event) => events.message(event.data as string | ArrayBuffer);
    opened.onclose = (event) => {
      socket = null;
      if (over) {
        return;
      }
      if (!comeBack(event.code)) {
        over = true;
        stopListening();
        tell("closed", event.code, event.reason);
        return;
      }
      failures = performance.now() - openedAt > proven ? 0 : failures + 1;
      waitToConnect(event.code, event.reason);
    };
  };
  const waitToConnect = (code: number, reason: string) => {
    const pause = Math.min(longest_pause, shortest_pause * 2 ** failures);
    tell("waiting", code, reason);
    timer = window.setTimeout(connect, pause * (0.5 + Math.random() / 2));
  };
  const tryNow = () => {
    if (!socket && !over) {
      failures = 0;
      connect();
    }
  };
  const stopListening = () => removeEventListener("online", tryNow);
  addEventListener("online", tryNow);
  connect();

  return {
    send(data) {
      if (socket?.readyState !== WebSocket.OPEN) {
        return false;
      }
      socket.send(data);
      return true;
    },
    get buffered() {
      return socket?.bufferedAmount ?? 0;
    },
    startAnew() {
      const dead = socket;
      if (!dead || over) {
        return;
      }
      // It would say that it is closed when the other side answers, which it does not.
      dead.onopen = dead.onmessage = dead.onclose = null;
      dead.close();
      socket = null;
      failures += 1;
      waitToConnect(1006, "");
    },
    close() {
      over = true;
      clearTimeout(timer);
      stopListening();
      socket?.close(1000);
      tell("closed", 1000);
    },
  };
}
