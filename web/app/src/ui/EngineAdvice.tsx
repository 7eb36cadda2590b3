// The server is there, and something that it hears, thinks or speaks with is not: what it says of that itself.
import { useEffect } from "preact/hooks";
import { href } from "../app/router";
import { loadOverview, overview } from "../server/overview";
import { Advice } from "./Advice";

interface Candidate {
  usable?: boolean;
  in_use?: boolean;
  reason?: string;
  advice?: string;
}
interface Trade {
  trade?: string;
  candidates?: Candidate[];
}

const verbs: Record<string, string> = { recogniser: "hear", model: "think", synthesiser: "speak" };

export function EngineAdvice() {
  const ready = overview.value?.["ready"];
  const missing = ready === false;
  useEffect(() => {
    if (!missing) {
      return undefined;
    }
    // They load in the background, or somebody mends them.
    const timer = setInterval(() => void loadOverview(), 2000);
    return () => clearInterval(timer);
  }, [missing]);
  if (!missing) {
    return null;
  }
  const trades = (overview.value?.["engines"] ?? []) as Trade[];
  const lame = trades.find(
    ({ trade = "", candidates = [] }) => trade in verbs && !candidates.some((candidate) => candidate.usable),
  );
  const why = lame?.candidates?.find((candidate) => candidate.reason);
  return (
    <Advice
      what={lame ? `The server cannot ${verbs[lame.trade ?? ""]} yet.` : "The server is not ready yet."}
      todo={
        why ? (
          <>
            {why.reason} {why.advice}
          </>
        ) : (
          "Its engines are still loading, or one is missing. This page looks again by itself."
        )
      }
      action={
        <div>
          <a class="button" href={href("status")}>
            See the status
          </a>
        </div>
      }
    />
  );
}
