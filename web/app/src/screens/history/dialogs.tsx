// What is asked before a conversation is changed.
import { useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { faultIn } from "../../server/asked";
import { ask } from "../../server/http";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Sure } from "../../ui/Sure";
import { type ConversationSummary, deleteConversation, renameConversation } from "./wire";

export function Rename(props: { conversation: ConversationSummary; onDone: (renamed: ConversationSummary) => void; onCancel: () => void }) {
  const [title, setTitle] = useState(props.conversation.title);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const rename = async () => {
    if (!title.trim()) {
      setFault("A title needs a letter at least.");
      return;
    }
    setBusy(true);
    try {
      props.onDone(await renameConversation(props.conversation.id, title.trim()));
    } catch (raised) {
      setFault(faultIn(raised).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title="Rename the conversation" confirm="Rename" busy={busy} onConfirm={() => void rename()} onCancel={props.onCancel}>
      <Field label="Title" value={title} onInput={setTitle} maxLength={200} fault={fault || undefined} />
    </Dialog>
  );
}

export function DeleteOne(props: { conversation: ConversationSummary; onDone: () => void; onCancel: () => void }) {
  return (
    <Sure
      title="Delete this conversation?"
      what={`“${props.conversation.title || "Without a title"}” with all that was said in it. It cannot be brought back.`}
      confirm="Delete"
      act={() => deleteConversation(props.conversation.id)}
      onDone={() => {
        notify("The conversation is deleted.");
        props.onDone();
      }}
      onCancel={props.onCancel}
    />
  );
}

export function DeleteAll(props: { onDone: () => void; onCancel: () => void }) {
  return (
    <Sure
      title="Delete your whole history?"
      what="All conversations, with all that was said in them. They cannot be brought back. What is remembered of you stays: see Memory."
      confirm="Delete all"
      act={() => ask<void>("api/v1/history", { method: "DELETE" })}
      onDone={() => {
        notify("Your history is deleted.");
        props.onDone();
      }}
      onCancel={props.onCancel}
    />
  );
}
