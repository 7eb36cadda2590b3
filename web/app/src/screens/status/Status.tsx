// How the server is: what it works with and why, models, figures, the doctor, the log.
import "./status.css";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useMemo } from "preact/hooks";
import { hrefToSignIn } from "../../app/router";
import { account, loadAccount, signedIn } from "../../server/account";
import { loadOverview, overview, serverFault } from "../../server/overview";
import { Advice } from "../../ui/Advice";
import { Trouble } from "../../ui/Trouble";
import { Doctor } from "./Doctor";
import { Engines, Stores } from "./Engines";
import { Figures } from "./Figures";
import { Live } from "./live";
import { LogTail } from "./LogTail";
import { Models } from "./Models";
import type { FullOverview } from "./wire";

export default function Status() {
  useEffect(() => void lookAgain(), []);
  const known = overview.value as unknown as FullOverview | null;
  if (!known) {
    return (
      <>
        <h1>Status</h1>
        {serverFault.value ? <Trouble fault={serverFault.value} again={() => void loadOverview()} /> : <p class="soft">Asking the server …</p>}
      </>
    );
  }
  return known.full ? <House known={known} /> : <FromOutside ready={known.ready} />;
}

// An overview is given to everybody, to who has a token that has run out as to a stranger: so who is signed in asks for
// the account first, which renews it.
async function lookAgain(): Promise<void> {
  await loadAccount();
  await loadOverview();
}

// Strangers see that it works, and who sees more.
function FromOutside({ ready }: { ready: boolean }) {
  return (
    <>
      <Head ready={ready} words={ready ? "Ready to talk" : "Not ready"} />
      <Advice
        what="The rest is for who looks after this server."
        todo={`Engines, figures and the log are shown on the server's own machine, and to admins.${account.value?.is_superuser === false ? " Your account is not an admin's." : ""}`}
        action={
          !signedIn.value && (
            <a class="button" href={hrefToSignIn()}>
              Sign in
            </a>
          )
        }
      />
    </>
  );
}

function House({ known }: { known: FullOverview }) {
  const live = useMemo(() => new Live(() => void lookAgain()), []);
  useEffect(() => () => live.close(), [live]);
  const ready = live.ready.value ?? known.ready;
  const listening = known.listening;
  return (
    <div class="status">
      <Head ready={ready} words={ready ? "Ready to talk" : "Not ready: an engine is missing"} live={live} version={known.version} />
      {listening?.advice && <Advice what="Others can reach this server, and cannot talk to it." todo={listening.advice} />}
      <Part title="Engines">
        <Engines trades={live.engines.value ?? known.engines ?? []} />
      </Part>
      <Part title="Figures">
        <Figures live={live} />
      </Part>
      <Part title="Models">
        <Models live={live} mayFetch={known.you.may_fetch_models} />
      </Part>
      <Part title="Doctor">
        <Doctor live={live} may={known.you.may_examine} />
      </Part>
      <Part title="Where it keeps things, and where it is">
        <Stores stores={known.stores ?? []} />
        <p class="small soft">
          It listens at{" "}
          {listening?.urls.map((url, index) => (
            <span key={url}>
              {index > 0 && ", "}
              <code>{url}</code>
            </span>
          ))}
        </p>
      </Part>
      <Part title="Log">
        <LogTail live={live} />
      </Part>
    </div>
  );
}

function Head({ ready, words, live, version }: { ready: boolean; words: string; live?: Live; version?: string }) {
  const state = live?.state.value;
  return (
    <div class="screen-head">
      <div class="row">
        <h1>Status</h1>
        <span role="status" class={ready ? "chip chip-good" : "chip chip-bad"}>
          {words}
        </span>
        {state === "waiting" && <span class="chip chip-warn">The connection was lost; trying again</span>}
      </div>
      {version && <span class="small soft">repartee {version}</span>}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="status-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
