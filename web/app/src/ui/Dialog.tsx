// A question that has to be answered first. The browser's own dialog: focus stays inside, Escape says no.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export function Dialog(props: {
  title: string;
  children?: ComponentChildren;
  confirm: string; // what the button that does it says: "Delete", not "OK"
  danger?: boolean;
  busy?: boolean;
  cancel?: false; // where there is nothing to be called off
  onConfirm: () => void;
  onCancel: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // Whoever asked goes on where they were; what was deleted is not there any more.
    return () => {
      const place = before instanceof HTMLElement && before.isConnected ? before : document.getElementById("main");
      place?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onCancel();
      }}
      // A browser may close it whatever we say, as after a second Escape.
      onClose={props.cancel === false ? props.onConfirm : props.onCancel}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onConfirm();
        }}
      >
        <h2 id={id}>{props.title}</h2>
        {props.children}
        <div class="row dialog-foot">
          {props.cancel !== false && (
            <button type="button" class="button" onClick={props.onCancel}>
              Cancel
            </button>
          )}
          <button type="submit" class={props.danger ? "button button-bad" : "button button-main"} disabled={props.busy ?? false}>
            {props.confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}
