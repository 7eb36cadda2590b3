// The frame around the screens: where one can go, who is signed in, and whether the server is there at all.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { account, loadAccount, person, signOut, signedIn } from "../server/account";
import { loadOverview, overview, serverFault } from "../server/overview";
import { Advice } from "../ui/Advice";
import { Icon, type IconName } from "../ui/Icon";
import { Notices, notify } from "./notices";
import { type ScreenName, go, href, hrefToSignIn, place } from "./router";
import { chooseTheme, theme } from "./theme";

interface Entry {
  screen: ScreenName;
  label: string;
  icon: IconName;
}

const entries: readonly Entry[] = [
  { screen: "home", label: "Home", icon: "home" },
  { screen: "talk", label: "Talk", icon: "microphone" },
  { screen: "captions", label: "Captions", icon: "captions" },
  { screen: "robot", label: "Robot", icon: "robot" },
  { screen: "history", label: "History", icon: "history" },
  { screen: "memory", label: "Memory", icon: "memory" },
  { screen: "settings", label: "Settings", icon: "settings" },
  { screen: "status", label: "Status", icon: "status" },
];

// Each screen is fetched when it is first shown, so that the first is there at once.
const load: Record<ScreenName, () => Promise<{ default: ComponentType }>> = {
  home: () => import("../screens/home/Home"),
  talk: () => import("../screens/talk/Talk"),
  captions: () => import("../screens/captions/Captions"),
  robot: () => import("../screens/robot/Robot"),
  history: () => import("../screens/history/History"),
  memory: () => import("../screens/memory/Memory"),
  settings: () => import("../screens/settings/Settings"),
  status: () => import("../screens/status/Status"),
  "sign-in": () => import("../screens/sign_in/SignIn"),
};

export function App() {
  useEffect(() => void loadAccount(), []);
  // What one is told of the server depends on who asks.
  useEffect(() => void loadOverview(), [person.value]);
  if (!overview.value && !serverFault.value) {
    return <Splash />;
  }
  return (
    <>
      <a class="skip-link" href="#main" onClick={skipToMain}>
        Skip to the screen
      </a>
      <div class="frame">
        <Rail />
        <main id="main" class="screen" tabIndex={-1}>
          {overview.value ? <Screen name={place.value.screen} argument={place.value.argument} /> : <Unreachable />}
        </main>
      </div>
      <Notices />
    </>
  );
}

// The address is the router's: a link to an anchor would leave the screen.
function skipToMain(event: Event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Splash() {
  return (
    <div class="splash" role="status" aria-label="repartee is starting">
      <div class="splash-bars" aria-hidden="true">
        <i /> <i /> <i /> <i /> <i />
      </div>
      <p class="splash-name">repartee</p>
    </div>
  );
}

function Unreachable() {
  useEffect(() => {
    const timer = setInterval(() => void loadOverview(), 2000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Advice
      bad
      what={serverFault.value?.message ?? "The server cannot be reached."}
      todo="This page looks again every two seconds and goes on by itself."
    />
  );
}

function Screen({ name, argument }: { name: ScreenName; argument: string }) {
  const [shown, show] = useState<{ name: ScreenName; Component: ComponentType } | null>(null);
  const [failed, fail] = useState(false);
  const first = useRef(true);
  const at = useRef("");
  // Who follows a link without seeing it hears where it led; also when it led to another part of the same screen.
  const arrive = (name: ScreenName, argument: string) => {
    at.current = `${name}/${argument}`;
    if (!first.current) {
      document.getElementById("main")?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first.current = false;
  };
  useEffect(() => {
    if (shown?.name === name && at.current !== `${name}/${argument}`) {
      arrive(name, argument);
    }
  }, [shown, name, argument]);
  useEffect(() => {
    let current = true;
    fail(false);
    load[name]()
      .then((module) => {
        if (!current) {
          return;
        }
        show({ name, Component: module.default });
        const entry = entries.find((known) => known.screen === name);
        document.title = entry && name !== "home" ? `${entry.label} – repartee` : "repartee";
        arrive(name, argument);
      })
      .catch(() => current && fail(true));
    return () => {
      current = false;
    };
  }, [name]);
  if (failed) {
    // The server was replaced by another version, whose files are called otherwise.
    return (
      <Advice
        bad
        what="This screen could not be loaded."
        todo="The server may have been updated or restarted."
        action={
          <button type="button" class="button" onClick={() => location.reload()}>
            Load the page again
          </button>
        }
      />
    );
  }
  return shown && shown.name === name ? <shown.Component /> : null;
}

function Rail() {
  const current = place.value.screen;
  const list = useRef<HTMLUListElement>(null);
  // In a hand the bar is longer than the screen is wide.
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>('[aria-current="page"]');
    list.current?.scrollTo({ left: link ? link.offsetLeft - (list.current.clientWidth - link.offsetWidth) / 2 : 0 });
  }, [current]);
  return (
    <nav class="rail" aria-label="Screens">
      <a class="rail-brand" href={href("home")}>
        <img src="./icon.svg" alt="" />
        repartee
      </a>
      <ul ref={list}>
        {entries.map((entry) => (
          <li key={entry.screen}>
            <a href={href(entry.screen)} {...(entry.screen === current ? { "aria-current": "page" as const } : {})}>
              <Icon name={entry.icon} />
              {entry.label}
            </a>
          </li>
        ))}
      </ul>
      <div class="rail-foot">
        <ThemeButton />
        <WhoIsHere />
      </div>
    </nav>
  );
}

function WhoIsHere() {
  if (!signedIn.value) {
    return (
      <a class="button" href={hrefToSignIn()}>
        <Icon name="person" /> Sign in
      </a>
    );
  }
  return (
    <div class="stack">
      <span class="small soft" title={account.value?.email ?? ""}>
        {account.value ? account.value.full_name || account.value.email : "Signed in"}
      </span>
      <button
        type="button"
        class="button button-plain"
        onClick={async () => {
          await signOut();
          notify("You are signed out.");
          go("home");
        }}
      >
        Sign out
      </button>
    </div>
  );
}

const next = { system: "light", light: "dark", dark: "system" } as const;
const themeWords = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" } as const;

function ThemeButton() {
  return (
    <button type="button" class="button button-plain" onClick={() => chooseTheme(next[theme.value])}>
      <Icon name={theme.value === "dark" ? "moon" : "sun"} />
      {themeWords[theme.value]}
    </button>
  );
}
