// Signing in, and making an account: one form, whose fields password managers know.
import "./sign_in.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { href, place } from "../../app/router";
import { least_password, register, signIn, signedIn } from "../../server/account";
import { faultIn } from "../../server/asked";
import type { ServerError } from "../../server/http";
import { Advice } from "../../ui/Advice";
import { Field, Switch } from "../../ui/Field";
import { PasswordField } from "../../ui/PasswordField";
import { registrationOpen } from "../../ui/SignedOut";
import { secondsInWords } from "../../ui/Trouble";

type Mode = "sign-in" | "register";

interface Faults {
  email?: string;
  password?: string;
  form?: string;
  todo?: string;
}

export default function SignIn() {
  const mode: Mode = place.value.query.get("mode") === "register" ? "register" : "sign-in";
  const from = place.value.query.get("from") ?? "";
  useEffect(() => {
    if (signedIn.value) {
      // Behind the #, whatever it says: it cannot lead out of this page. In the place of this form, to which
      // going back makes no sense any more.
      location.replace(from ? `#/${from}` : href("home"));
    }
  }, [signedIn.value]);
  return (
    <div class="sign_in">
      <h1>{mode === "register" ? "Make an account" : "Welcome back"}</h1>
      <p class="soft sign_in-why">With an account, your conversations, what is remembered of you and your settings are kept on this server, for you alone.</p>
      {mode === "register" && !registrationOpen() ? (
        <Advice
          what="New accounts are not open here."
          todo="Whoever runs this server can make one for you with “repartee users add”."
        />
      ) : (
        <Form key={mode} mode={mode} from={from} />
      )}
      <OtherMode mode={mode} from={from} />
    </div>
  );
}

const hrefOf = (mode: Mode, from: string): string => href("sign-in", "", { ...(mode === "register" ? { mode } : {}), ...(from ? { from } : {}) });

function OtherMode({ mode, from }: { mode: Mode; from: string }) {
  if (mode === "register") {
    return (
      <p class="sign_in-other">
        You have an account? <a href={hrefOf("sign-in", from)}>Sign in</a>
      </p>
    );
  }
  return registrationOpen() ? (
    <p class="sign_in-other">
      New here? <a href={hrefOf("register", from)}>Make an account</a>
    </p>
  ) : null;
}

function Form({ mode, from }: { mode: Mode; from: string }) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [stay, setStay] = useState(true);
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const wait = useCountdown();
  const form = useRef<HTMLFormElement>(null);

  // What is wrong is where one goes on.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults]);

  const submit = async () => {
    const early = mistakes(mode, email, password);
    setFaults(early);
    if (early.email || early.password) {
      return;
    }
    setBusy(true);
    try {
      await (mode === "register" ? register(email, password, name, stay) : signIn(email, password, stay));
    } catch (raised) {
      const fault = faultIn(raised);
      setFaults(inWords(mode, fault));
      wait.begin(fault.status === 429 ? Math.max(fault.retryAfter, 1) : 0);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      ref={form}
      class="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {faults.form && <Advice bad what={faults.form} todo={faults.todo} />}
      {mode === "register" && (
        <Field
          label="Your name"
          name="name"
          value={name}
          onInput={setName}
          autocomplete="name"
          maxLength={200}
          help="Shown to you alone; it may stay empty."
        />
      )}
      <Field label="E-mail address" name="username" type="email" value={email} onInput={setEmail} autocomplete="username" required fault={faults.email} />
      <PasswordField
        key={mode}
        label="Password"
        value={password}
        onInput={setPassword}
        autocomplete={mode === "register" ? "new-password" : "current-password"}
        help={mode === "register" ? `At least ${least_password} characters.` : undefined}
        fault={faults.password}
      />
      <Switch label="Stay signed in on this device" checked={stay} onChange={setStay} help="Leave it off where others use this browser, too." />
      <button type="submit" class="button button-main" disabled={busy || wait.left > 0}>
        {wait.left > 0 ? `Try again in ${secondsInWords(wait.left)}` : label(mode, busy)}
      </button>
      {faults.email === taken && <a href={hrefOf("sign-in", from)}>Sign in instead</a>}
    </form>
  );
}

function label(mode: Mode, busy: boolean): string {
  if (mode === "register") {
    return busy ? "Making your account…" : "Make an account";
  }
  return busy ? "Signing in…" : "Sign in";
}

const taken = "Somebody has an account with this address already.";

function mistakes(mode: Mode, email: string, password: string): Faults {
  const faults: Faults = {};
  if (!email.trim()) {
    faults.email = "Please type your e-mail address.";
  }
  if (!password) {
    faults.password = "Please type your password.";
  } else if (mode === "register" && [...password].length < least_password) {
    faults.password = `A password needs at least ${least_password} characters; this one has ${[...password].length}.`;
  }
  return faults;
}

function inWords(mode: Mode, fault: ServerError): Faults {
  if (mode === "sign-in" && fault.status === 401) {
    return { password: "The e-mail address or the password is not right." };
  }
  if (mode === "register" && fault.status === 400) {
    return { email: taken };
  }
  if (fault.status === 429) {
    return { form: "Too many attempts.", todo: "The server waits a little before it listens again, so that nobody can guess passwords." };
  }
  if (fault.status === 403) {
    return { form: "New accounts are not open here.", todo: "Whoever runs this server can make one for you with “repartee users add”." };
  }
  if (fault.status === 422) {
    const email = fault.fields.get("body.email") ?? fault.fields.get("body.username");
    const password = fault.fields.get("body.password");
    return email || password ? { ...(email ? { email } : {}), ...(password ? { password } : {}) } : { form: fault.message };
  }
  if (fault.status === 503) {
    return { form: "Nobody can sign in just now.", todo: "The server cannot reach its database. Talking works all the same." };
  }
  return { form: fault.message };
}

// Seconds that are left, told once a second.
function useCountdown(): { left: number; begin: (seconds: number) => void } {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (left <= 0) {
      return;
    }
    const timer = setTimeout(() => setNow(Date.now()), 1000);
    return () => clearTimeout(timer);
  }, [left, now]);
  return {
    left,
    begin: (seconds) => {
      setNow(Date.now());
      setUntil(Date.now() + seconds * 1000);
    },
  };
}
