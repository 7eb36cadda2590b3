// What was said: the conversations of who is signed in, and one of them.
import "./history.css";
import { useEffect, useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { href, place } from "../../app/router";
import { signedIn } from "../../server/account";
import { faultIn, useAsked } from "../../server/asked";
import { download, sizeInWords } from "../../server/download";
import { type ServerError, ask } from "../../server/http";
import { Icon } from "../../ui/Icon";
import { SearchField } from "../../ui/SearchField";
import { SignedOut } from "../../ui/SignedOut";
import { Trouble } from "../../ui/Trouble";
import { clockTime, counted, dayOf, fullTime } from "../../ui/time";
import { Conversation } from "./Conversation";
import { DeleteAll, DeleteOne, Rename } from "./dialogs";
import type { ConversationPage, ConversationSummary } from "./wire";

export default function History() {
  if (!signedIn.value) {
    return (
      <>
        <h1>History</h1>
        <SignedOut icon="history" what="Sign in to find again what you talked about." />
      </>
    );
  }
  return place.value.argument ? <Conversation key={place.value.argument} id={place.value.argument} /> : <Conversations />;
}

function Conversations() {
  const words = place.value.query.get("q") ?? "";
  const first = useAsked<ConversationPage>(words, (signal) => ask("api/v1/history/conversations", { query: { q: words }, signal }));
  const [clearing, clear] = useState(false);
  const shown = first.answer?.conversations ?? [];

  const older = async () => {
    try {
      const page = await ask<ConversationPage>("api/v1/history/conversations", { query: { q: words, before: first.answer?.next ?? "" } });
      first.set({ conversations: [...shown, ...page.conversations], next: page.next });
    } catch (fault) {
      notify(faultIn(fault).message, "bad");
    }
  };
  const change = (changed: ConversationSummary[]) => first.answer && first.set({ ...first.answer, conversations: changed });

  return (
    <>
      <div class="screen-head">
        <h1>History</h1>
        <div class="row">
          <Export />
          {shown.length > 0 && (
            <button type="button" class="button button-plain" onClick={() => clear(true)}>
              <Icon name="trash" size={20} /> Delete all
            </button>
          )}
        </div>
      </div>
      <SearchField label="Search what was said" value={words} onSearch={(q) => q !== words && location.replace(href("history", "", q ? { q } : {}))} />
      <p class="visually-hidden" role="status">
        {words && !first.waiting ? `${counted(shown.length, "conversation")} with “${words}”` : ""}
      </p>
      {first.fault && <Trouble fault={first.fault} again={first.again} />}
      {first.answer && shown.length === 0 && <Nothing words={words} />}
      {byDay(shown).map(([day, conversations]) => (
        <section key={day} class="history-day" aria-label={day}>
          <h2>{day}</h2>
          <ul>
            {conversations.map((conversation) => (
              <Row
                key={conversation.id}
                conversation={conversation}
                words={words}
                onRenamed={(renamed) => change(shown.map((other) => (other.id === renamed.id ? renamed : other)))}
                onDeleted={() => change(shown.filter((other) => other.id !== conversation.id))}
              />
            ))}
          </ul>
        </section>
      ))}
      {first.answer?.next && (
        <div class="history-more">
          <button type="button" class="button" onClick={() => void older()}>
            Show older ones
          </button>
        </div>
      )}
      {clearing && (
        <DeleteAll
          onDone={() => {
            clear(false);
            first.set({ conversations: [], next: null });
          }}
          onCancel={() => clear(false)}
        />
      )}
    </>
  );
}

function byDay(conversations: ConversationSummary[]): [string, ConversationSummary[]][] {
  const days = new Map<string, ConversationSummary[]>();
  for (const conversation of conversations) {
    const day = dayOf(conversation.updated_at);
    days.set(day, [...(days.get(day) ?? []), conversation]);
  }
  return [...days];
}

function Nothing({ words }: { words: string }) {
  if (words) {
    return <p class="empty">Nobody said “{words}” here.</p>;
  }
  return (
    <div class="empty stack history-empty">
      <p>Nothing has been said yet. What you talk about while you are signed in will be here.</p>
      <a class="button button-main" href={href("talk")}>
        <Icon name="microphone" size={20} /> Talk
      </a>
    </div>
  );
}

function Row(props: {
  conversation: ConversationSummary;
  words: string;
  onRenamed: (conversation: ConversationSummary) => void;
  onDeleted: () => void;
}) {
  const { conversation, words } = props;
  const [asking, ask] = useState<"title" | "delete" | null>(null);
  const title = conversation.title || "Without a title";
  return (
    <li class="history-row">
      <a href={href("history", conversation.id, words ? { q: words } : {})}>
        <span class="history-title">{title}</span>
        <span class="small soft">
          <time dateTime={conversation.updated_at} title={fullTime(conversation.updated_at)}>
            {clockTime(conversation.updated_at)}
          </time>
          {" · "}
          {counted(conversation.messages, "message")}
        </span>
      </a>
      <button type="button" class="button button-plain button-icon" aria-label={`Rename: ${title}`} title="Rename" onClick={() => ask("title")}>
        <Icon name="pencil" size={20} />
      </button>
      <button type="button" class="button button-plain button-icon" aria-label={`Delete: ${title}`} title="Delete" onClick={() => ask("delete")}>
        <Icon name="trash" size={20} />
      </button>
      {asking === "title" && (
        <Rename
          conversation={conversation}
          onDone={(renamed) => {
            ask(null);
            props.onRenamed(renamed);
          }}
          onCancel={() => ask(null)}
        />
      )}
      {asking === "delete" && (
        <DeleteOne
          conversation={conversation}
          onDone={() => {
            ask(null);
            props.onDeleted();
          }}
          onCancel={() => ask(null)}
        />
      )}
    </li>
  );
}

function Export() {
  const [bytes, setBytes] = useState<number | null>(null);
  const [fault, setFault] = useState<ServerError | null>(null);
  useEffect(() => {
    if (fault) {
      notify(fault.message, "bad");
    }
  }, [fault]);
  const start = () => {
    setBytes(0);
    download("api/v1/history/export", "repartee-export.json", {}, setBytes)
      .then(() => notify("Everything that is kept of you is in repartee-export.json."))
      .catch((raised: unknown) => setFault(faultIn(raised)))
      .finally(() => setBytes(null));
  };
  return (
    <button type="button" class="button" disabled={bytes !== null} onClick={start}>
      <Icon name="download" size={20} /> {bytes === null ? "Export" : `Exporting… ${sizeInWords(bytes)}`}
    </button>
  );
}
