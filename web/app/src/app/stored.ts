// One value that this browser keeps for us. A browser that keeps nothing (private windows, a full disk) is no
// error: everything works until the page is closed.
export interface Stored {
  read(): string | null;
  write(value: string): void;
  forget(): void;
}

export function stored(name: string, where: "local" | "session" = "local"): Stored {
  const key = `repartee.${name}`;
  const shelf = (): Storage => (where === "local" ? localStorage : sessionStorage);
  const attempt = <T>(action: () => T, otherwise: T): T => {
    try {
      return action();
    } catch {
      return otherwise;
    }
  };
  return {
    read: () => attempt(() => shelf().getItem(key), null),
    write: (value) => attempt(() => shelf().setItem(key, value), undefined),
    forget: () => attempt(() => shelf().removeItem(key), undefined),
  };
}
