// What a call and a push-to-talk session have in common.

// For the bars: written fifty times a second, read sixty times; so no signals.
export interface Levels {
  own: number; // 0 to 1
  agent: number;
}

export function noLevels(): Levels {
  return { own: 0, agent: 0 };
}

// The screen stays on while one talks, where the browser can: a telephone that locks itself takes the microphone
// away. Gives what ends it.
export function keepAwake(): () => void {
  let lock: { release(): Promise<void> } | null = null;
  let over = false;
  const ask = async () => {
    if (document.hidden || over || !("wakeLock" in navigator)) {
      return;
    }
    try {
      const got = await navigator.wakeLock.request("screen");
      if (over) {
        void got.release();
      } else {
        lock = got;
      }
    } catch {
      // Low on power: then the device decides.
    }
  };
  // It ends whenever the page is hidden.
  const again = () => void ask();
  document.addEventListener("visibilitychange", again);
  void ask();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", again);
    void lock?.release();
  };
}
