// Times as people say them, in the language of the browser.
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export const clockTime = (time: string): string => clock.format(new Date(time));
export const fullTime = (time: string): string => full.format(new Date(time));

const midnightOf = (time: Date): number => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();

// "Today", "Yesterday", "Tuesday", "4 March 2026"
export function dayOf(time: string, now = new Date()): string {
  const then = new Date(time);
  const days = Math.round((midnightOf(now) - midnightOf(then)) / 86_400_000);
  if (days <= 0) {
    return "Today";
  }
  return days === 1 ? "Yesterday" : days < 7 ? weekday.format(then) : day.format(then);
}

// "today at 14:05"
export function dayAndTime(time: string): string {
  const named = dayOf(time);
  const soft = named === "Today" || named === "Yesterday" ? named.toLowerCase() : named;
  return `${soft} at ${clockTime(time)}`;
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;
