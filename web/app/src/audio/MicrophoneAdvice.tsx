// Why there is no microphone, and what to do, in the words of the browser in hand.
import type { ComponentChildren } from "preact";
import { Advice } from "../ui/Advice";
import type { MicrophoneFault, MicrophoneFaultKind } from "./fault";

export function MicrophoneAdvice({ fault, again }: { fault: MicrophoneFault; again?: () => void }) {
  const { what, todo } = adviceFor(fault.kind, navigator.userAgent);
  const button = again && fault.kind !== "insecure" && fault.kind !== "unsupported" && (
    <div>
      <button type="button" class="button" onClick={again}>
        Try again
      </button>
    </div>
  );
  return <Advice bad what={what} todo={todo} action={button} />;
}

function adviceFor(kind: MicrophoneFaultKind, browser: string): { what: string; todo: ComponentChildren } {
  switch (kind) {
    case "insecure":
      return { what: "This page may not use a microphone here.", todo: <SecureRecipe /> };
    case "unsupported":
      return { what: "This browser has no microphone for pages.", todo: "A current Firefox, Chrome, Edge or Safari has." };
    case "refused":
      return { what: "The microphone is blocked for this page.", todo: howToAllow(browser) };
    case "missing":
      return { what: "No microphone was found.", todo: "Plug one in, or switch on your headset: it is noticed by itself." };
    case "busy":
      return {
        what: "The microphone cannot be opened.",
        todo: "Another program may be using it: end its call, then try again.",
      };
    case "failed":
      return { what: "The microphone does not work.", todo: "Try again; if that does not help, choose another one in your system’s settings." };
  }
}

export function howToAllow(browser: string): string {
  if (/iPhone|iPad/.test(browser)) {
    return "Tap the page’s menu left of the address, then Website settings, and allow the microphone.";
  }
  if (/Android/.test(browser)) {
    return "Tap the sign left of the address, then Permissions, and allow the microphone.";
  }
  if (/Firefox/.test(browser)) {
    return "Click the crossed-out microphone left of the address, clear “Blocked”, and try again.";
  }
  if (/Edg\/|Chrome/.test(browser)) {
    return "Click the sign left of the address, switch the microphone on, and try again.";
  }
  if (/Safari/.test(browser)) {
    return "In the menu Safari, open Settings for this website, set the microphone to Allow, and try again.";
  }
  return "Allow the microphone for this page in your browser’s settings, and try again.";
}

// The short way to https on a network of one's own; docs/tls.md has the long ones.
function SecureRecipe() {
  const name = location.hostname;
  return (
    <>
      Browsers give it only to pages opened with https, or on the very machine that serves them. There, once:
      <pre class="recipe">
        {`mkcert -install\nmkcert ${name}\nCERT_FILE=${name}.pem KEY_FILE=${name}-key.pem HOST=0.0.0.0 repartee serve`}
      </pre>
      Then open https://{location.host} here. (docs/tls.md tells how other devices come to trust it.)
    </>
  );
}
