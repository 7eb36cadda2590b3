// Of all tabs of a browser, one talks: two would hear each other. Who talks holds a lock, which another tab may take.

// Gives what lets go of it again, or null where another tab talks and is not to be disturbed. `lost`: another has
// taken it.
export function takeFloor(from: "nobody" | "anybody", lost: () => void): Promise<(() => void) | null> {
  if (!navigator.locks) {
    return Promise.resolve(() => undefined);
  }
  const manner = from === "anybody" ? { steal: true } : { ifAvailable: true };
  return new Promise((resolve) => {
    navigator.locks
      .request("repartee.talk", manner, (lock) => {
        if (!lock) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(lost);
  });
}
