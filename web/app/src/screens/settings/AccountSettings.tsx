// The account itself: name, password, where one is signed in, and its end.
import { useEffect, useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { go } from "../../app/router";
import { account, changeName, changePassword, deleteAccount, least_password, signOut, signOutEverywhere } from "../../server/account";
import { faultIn } from "../../server/asked";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { PasswordField } from "../../ui/PasswordField";
import { Sure } from "../../ui/Sure";
import { dayOf } from "../../ui/time";
import { secondsInWords } from "../../ui/Trouble";

export function AccountSettings() {
  return (
    <>
      <section class="card">
        <h2>Account</h2>
        <Who />
      </section>
      <Password />
      <Leaving />
    </>
  );
}

function Who() {
  const known = account.value;
  const [name, setName] = useState(known?.full_name ?? "");
  const [fault, setFault] = useState("");
  useEffect(() => setName(known?.full_name ?? ""), [known?.full_name]);
  if (!known) {
    return null;
  }
  const save = async () => {
    try {
      await changeName(name.trim());
      setFault("");
      notify("Your name is saved.");
    } catch (raised) {
      setFault(faultIn(raised).message);
    }
  };
  return (
    <>
      <dl class="settings-facts">
        <dt>E-mail address</dt>
        <dd>{known.email}</dd>
        <dt>Since</dt>
        <dd>{dayOf(known.created_at)}</dd>
        {known.is_superuser && (
          <>
            <dt>Role</dt>
            <dd>Looks after this server</dd>
          </>
        )}
      </dl>
      <form
        class="settings-name"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label="Your name" name="name" autocomplete="name" value={name} onInput={setName} maxLength={200} fault={fault || undefined} />
        <button type="submit" class="button" disabled={name.trim() === known.full_name}>
          Save name
        </button>
      </form>
    </>
  );
}

function Password() {
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const [faults, setFaults] = useState<{ present?: string; next?: string }>({});
  const [busy, setBusy] = useState(false);
  const change = async () => {
    if ([...next].length < least_password) {
      setFaults({ next: `A password needs at least ${least_password} characters.` });
      return;
    }
    setBusy(true);
    try {
      await changePassword(present, next);
      setFaults({});
      setPresent("");
      setNext("");
      notify("Your password is changed. All other devices are signed out.");
    } catch (raised) {
      setFaults(passwordFaults(faultIn(raised)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card">
      <h2>Password</h2>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        {/* Tells password managers whose password it is. */}
        <input type="text" name="username" autocomplete="username" value={account.value?.email ?? ""} readOnly hidden />
        <PasswordField label="Present password" name="present" value={present} onInput={setPresent} autocomplete="current-password" fault={faults.present} />
        <PasswordField
          label="New password"
          name="next"
          value={next}
          onInput={setNext}
          autocomplete="new-password"
          fault={faults.next}
          help={`At least ${least_password} characters. All other devices are signed out.`}
        />
        <div class="row">
          <button type="submit" class="button" disabled={busy || !present || !next}>
            Change password
          </button>
        </div>
      </form>
    </section>
  );
}

function passwordFaults(fault: ReturnType<typeof faultIn>): { present?: string; next?: string } {
  if (fault.status === 403) {
    return { present: "This is not your present password." };
  }
  if (fault.status === 429) {
    return { present: `Too many attempts. Please try again in ${secondsInWords(Math.max(1, fault.retryAfter))}.` };
  }
  return fault.fields.has("body.old_password") ? { present: fault.message } : { next: fault.message };
}

function Leaving() {
  const [asking, setAsking] = useState<"everywhere" | "delete" | null>(null);
  return (
    <section class="card">
      <h2>Leaving</h2>
      <ul class="settings-list">
        <li>
          <div class="settings-what">
            <strong>Sign out</strong>
            <span class="small soft">In this browser. Other devices stay signed in.</span>
          </div>
          <button
            type="button"
            class="button"
            onClick={async () => {
              await signOut();
              notify("You are signed out.");
              go("home");
            }}
          >
            Sign out here
          </button>
        </li>
        <li>
          <div class="settings-what">
            <strong>Sign out everywhere</strong>
            <span class="small soft">Also where you forgot to. Keys for devices stay.</span>
          </div>
          <button type="button" class="button" onClick={() => setAsking("everywhere")}>
            Sign out everywhere
          </button>
        </li>
        <li>
          <div class="settings-what">
            <strong>Delete the account</strong>
            <span class="small soft">With your history, your memories, your settings and your keys.</span>
          </div>
          <button type="button" class="button button-bad" onClick={() => setAsking("delete")}>
            Delete account
          </button>
        </li>
      </ul>
      {asking === "everywhere" && (
        <Sure
          title="Sign out everywhere?"
          what="All browsers and apps that are signed in to your account, this one among them, have to sign in again."
          confirm="Sign out"
          act={signOutEverywhere}
          onDone={() => {
            notify("You are signed out everywhere.");
            go("home");
          }}
          onCancel={() => setAsking(null)}
        />
      )}
      {asking === "delete" && <DeleteAccount onCancel={() => setAsking(null)} />}
    </section>
  );
}

function DeleteAccount({ onCancel }: { onCancel: () => void }) {
  const email = account.value?.email ?? "";
  const [typed, setTyped] = useState("");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const erase = async () => {
    setBusy(true);
    try {
      await deleteAccount(password);
      notify("Your account is deleted, with everything in it.");
      go("home");
    } catch (raised) {
      setFault(passwordFaults(faultIn(raised)).present ?? faultIn(raised).message);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Delete your account?"
      confirm="Delete for good"
      danger
      busy={busy || typed.trim() !== email || !password}
      onConfirm={() => void erase()}
      onCancel={onCancel}
    >
      <p>Your history, your memories, your settings and your keys go with it. Nothing of it can be brought back: export your history first if you want to keep it.</p>
      <Field label={`Type ${email} to confirm`} value={typed} onInput={setTyped} autocomplete="off" />
      <PasswordField label="Your password" value={password} onInput={setPassword} autocomplete="current-password" fault={fault || undefined} />
    </Dialog>
  );
}
