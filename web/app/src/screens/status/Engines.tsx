// Who hears, thinks and speaks, why, and what to type for something better.
import type { Candidate, Store, Trade } from "./wire";
import { tradeInWords } from "./words";

const places: Record<Candidate["place"], string> = {
  embedded: "built in",
  local: "on this machine or in this house",
  cloud: "somebody else's computer",
};

export function Engines({ trades }: { trades: Trade[] }) {
  return (
    <ul class="status-trades">
      {trades.map((trade) => (
        <TradeCard key={trade.trade} trade={trade} />
      ))}
    </ul>
  );
}

function TradeCard({ trade }: { trade: Trade }) {
  const used = trade.candidates.filter((candidate) => candidate.in_use);
  const others = trade.candidates.filter((candidate) => !candidate.in_use);
  // Decoders are all in use, each for its own files.
  const lame = used.length === 0 || used.some((candidate) => !candidate.usable);
  return (
    <li class="card status-trade">
      <div class="row spread">
        <h3>{tradeInWords(trade.trade)}</h3>
        <span class={lame ? "chip chip-bad" : "chip chip-good"}>{lame ? "does not work" : "works"}</span>
      </div>
      <ul class="status-candidates">
        {used.map((candidate) => (
          <CandidateLine key={candidate.kind} candidate={candidate} />
        ))}
      </ul>
      {trade.choice !== "" && (
        <p class="small soft">
          {trade.trade}: the settings say <code>{trade.choice}</code>
        </p>
      )}
      {others.length > 0 && (
        <details>
          <summary>
            {others.length === 1 ? "One other" : `${others.length} others`}
            {others.some((candidate) => candidate.advice) ? ", and what to do for them" : ""}
          </summary>
          <ul class="status-candidates">
            {others.map((candidate) => (
              <CandidateLine key={candidate.kind} candidate={candidate} />
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function CandidateLine({ candidate }: { candidate: Candidate }) {
  return (
    <li>
      <p>
        <strong>{candidate.kind}</strong>
        {candidate.model && candidate.model !== candidate.kind && ` ${candidate.model}`} <span class="small soft">({places[candidate.place]})</span>
      </p>
      {candidate.reason && <p class={candidate.usable ? "small soft" : "small status-bad"}>{candidate.reason}</p>}
      {candidate.advice && !candidate.usable && <p class="small status-advice">{candidate.advice}</p>}
    </li>
  );
}

const keeps: Record<Store["role"], string> = {
  database: "Keeps what lasts",
  sessions: "Keeps conversations under way",
  vectors: "Finds memories by meaning",
};

export function Stores({ stores }: { stores: Store[] }) {
  return (
    <ul class="status-candidates">
      {stores.map((store) => (
        <li key={store.role}>
          <p>
            <strong>{keeps[store.role]}</strong>: {store.name}{" "}
            <span class={store.usable ? "chip chip-good" : "chip chip-bad"}>{store.usable ? "works" : "away"}</span>
          </p>
          <p class="small soft">{store.reason}</p>
          {store.advice && !store.usable && <p class="small status-advice">{store.advice}</p>}
        </li>
      ))}
    </ul>
  );
}
