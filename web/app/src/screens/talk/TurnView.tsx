// One turn: what was asked, what was answered and how much of that has been heard, and what took how long.
import type { Turn } from "./dialogue";
import { type Step, inWords, stepsOf } from "./waterfall";

export function TurnView({ turn, agent }: { turn: Turn; agent: string }) {
  return (
    <li class="talk-turn">
      {turn.question && (
        <div class="talk-line talk-own">
          <span class="talk-who">You</span>
          <p>{turn.question}</p>
        </div>
      )}
      {(turn.reply || turn.fault) && (
        <div class="talk-line talk-agent">
          <span class="talk-who">{agent}</span>
          <Reply turn={turn} />
          {turn.fault && <p class="small talk-fault">{turn.fault}</p>}
          {turn.outcome === "interrupted" && <p class="small soft">You interrupted here.</p>}
          {turn.outcome === "failed" && !turn.fault && <p class="small talk-fault">Something went wrong on the server.</p>}
        </div>
      )}
      {turn.outcome === "interrupted" && !turn.reply && turn.question && (
        <p class="small soft">You stopped it before it answered.</p>
      )}
      {turn.moments && <Waterfall steps={stepsOf(turn.moments, turn.atTheEar)} silentAfter={turn.silentAfter} />}
    </li>
  );
}

function Reply({ turn }: { turn: Turn }) {
  const heard = turn.reply.slice(0, turn.heard);
  const rest = turn.reply.slice(turn.heard);
  return (
    <p dir="auto">
      <span class="talk-heard">{heard}</span>
      {rest && <span class={turn.outcome === "interrupted" ? "talk-unsaid" : "talk-coming"}>{rest}</span>}
    </p>
  );
}

function Waterfall({ steps, silentAfter }: { steps: Step[]; silentAfter: number | null }) {
  const end = steps[steps.length - 1]?.to ?? 0;
  if (steps.length === 0 && silentAfter === null) {
    return null;
  }
  return (
    <details class="talk-waterfall">
      <summary>{steps.length > 0 ? `Answered in ${inWords(end)}` : "How fast"}</summary>
      <dl>
        {steps.map((step) => (
          <div key={step.what}>
            <dt>{step.what}</dt>
            <dd>
              <span class="talk-track" aria-hidden="true">
                <i
                  style={{
                    marginLeft: `${end > 0 ? (100 * step.from) / end : 0}%`,
                    width: `${end > 0 ? (100 * (step.to - step.from)) / end : 0}%`,
                  }}
                />
              </span>
              <span class="talk-number">{inWords(step.to)}</span>
            </dd>
          </div>
        ))}
        {silentAfter !== null && (
          <div>
            <dt>Silent after your interruption</dt>
            <dd>
              <span />
              <span class="talk-number">{inWords(silentAfter)}</span>
            </dd>
          </div>
        )}
      </dl>
      {steps.length > 0 && <p class="small soft">Counted from the end of what you said.</p>}
    </details>
  );
}
