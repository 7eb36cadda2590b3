// Asks whether something that cannot be taken back is really wanted, and does it.
import { useState } from "preact/hooks";
import { faultIn } from "../server/asked";
import type { ServerError } from "../server/http";
import { Dialog } from "./Dialog";
import { Trouble } from "./Trouble";

export function Sure(props: { title: string; what: string; confirm: string; act: () => Promise<void>; onDone: () => void; onCancel: () => void }) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ServerError | null>(null);
  return (
    <Dialog
      title={props.title}
      confirm={props.confirm}
      danger
      busy={busy}
      onConfirm={() => {
        setBusy(true);
        props
          .act()
          .then(props.onDone)
          .catch((raised: unknown) => {
            setFault(faultIn(raised));
            setBusy(false);
          });
      }}
      onCancel={props.onCancel}
    >
      <p>{props.what}</p>
      {fault && <Trouble fault={fault} />}
    </Dialog>
  );
}
