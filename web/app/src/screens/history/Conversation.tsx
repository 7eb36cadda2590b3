// One conversation: who said what, and when.
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { go, href, place } from "../../app/router";
import { faultIn, useAsked } from "../../server/asked";
import { Advice } from "../../ui/Advice";
import { Icon } from "../../ui/Icon";
import { Trouble } from "../../ui/Trouble";
import { clockTime, counted, dayOf, fullTime } from "../../ui/time";
import { DeleteOne, Rename } from "./dialogs";
import { type Message, type MessagePage, readMessages } from "./wire";

export function Conversation({ id }: { id: string }) {
  const words = place.value.query.get("q") ?? "";
  const back = href("history", "", words ? { q: words } : {});
  const page = useAsked<MessagePage>(id, (signal) => readMessages(id, 0, signal));
  const [asking, ask] = useState<"title" | "delete" | null>(null);
  const conversation = page.answer?.conversation;

  const more = async () => {
    if (!page.answer) {
      return;
    }
    try {
      const next = await readMessages(id, page.answer.next ?? 0);
      page.set({ ...next, messages: [...page.answer.messages, ...next.messages] });
    } catch (fault) {
      notify(faultIn(fault).message, "bad");
    }
  };

  return (
    <>
      <a class="history-back" href={back}>
        <Icon name="chevron" size={20} /> History
      </a>
      {page.fault?.status === 404 && (
        <Advice what="This conversation is not there any more." todo="It was deleted, or it is somebody else's." />
      )}
      {page.fault && page.fault.status !== 404 && <Trouble fault={page.fault} again={page.again} />}
      {conversation && page.answer && (
        <>
          <div class="screen-head">
            <div class="stack history-head">
              <h1>{conversation.title || "Without a title"}</h1>
              <p class="soft small">
                {dayOf(conversation.created_at)} · {counted(conversation.messages, "message")}
              </p>
            </div>
            <div class="row">
              <button type="button" class="button" onClick={() => ask("title")}>
                <Icon name="pencil" size={20} /> Rename
              </button>
              <button type="button" class="button button-plain" onClick={() => ask("delete")}>
                <Icon name="trash" size={20} /> Delete
              </button>
            </div>
          </div>
          <Messages messages={page.answer.messages} words={words} />
          {page.answer.next !== null && (
            <div class="history-more">
              <button type="button" class="button" onClick={() => void more()}>
                Show more
              </button>
            </div>
          )}
          {asking === "title" && (
            <Rename
              conversation={conversation}
              onDone={(renamed) => {
                ask(null);
                page.set({ ...page.answer!, conversation: renamed });
              }}
              onCancel={() => ask(null)}
            />
          )}
          {asking === "delete" && <DeleteOne conversation={conversation} onDone={() => go("history")} onCancel={() => ask(null)} />}
        </>
      )}
    </>
  );
}

function Messages({ messages, words }: { messages: Message[]; words: string }) {
  return (
    <ol class="history-messages">
      {messages.map((message, index) => {
        const day = dayOf(message.created_at);
        const previous = messages[index - 1];
        return (
          <Fragment key={message.id}>
            {previous && dayOf(previous.created_at) !== day && <li class="history-date small soft">{day}</li>}
            <li class={message.role === "user" ? "history-message history-own" : "history-message"}>
              <p class="history-who small">
                <strong>{message.role === "user" ? "You" : "Assistant"}</strong>
                <time dateTime={message.created_at} title={fullTime(message.created_at)}>
                  {clockTime(message.created_at)}
                </time>
              </p>
              <p class="history-text">
                <Marked text={message.text} words={words} />
              </p>
              {message.action && <p class="chip">Asked the app for: {message.action.name}</p>}
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}

// The words that were looked for stand out, in any case.
function Marked({ text, words }: { text: string; words: string }) {
  if (!words) {
    return <>{text}</>;
  }
  const pieces = [];
  const lower = text.toLowerCase();
  const wanted = words.toLowerCase();
  let at = 0;
  // Letters whose small form is longer would shift what comes behind.
  for (let found = lower.indexOf(wanted); found >= 0 && lower.length === text.length; found = lower.indexOf(wanted, at)) {
    pieces.push(text.slice(at, found), <mark>{text.slice(found, found + wanted.length)}</mark>);
    at = found + wanted.length;
  }
  return (
    <>
      {pieces}
      {text.slice(at)}
    </>
  );
}
