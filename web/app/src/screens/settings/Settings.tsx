// How this page looks, who answers and how, and the account with its keys.
import "./settings.css";
import { hrefToSignIn } from "../../app/router";
import { type Theme, chooseTheme, theme } from "../../app/theme";
import { signedIn } from "../../server/account";
import { Segments } from "../../ui/Segments";
import { AccountSettings } from "./AccountSettings";
import { DeviceKeys } from "./DeviceKeys";
import { ProfileSettings } from "./ProfileSettings";

export default function Settings() {
  return (
    <div class="settings">
      <h1>Settings</h1>
      <Appearance />
      {signedIn.value ? (
        <>
          <ProfileSettings />
          <DeviceKeys />
          <AccountSettings />
        </>
      ) : (
        <section class="card">
          <h2>Voice, character and account</h2>
          <p class="soft">Who answers you, in which voice and language, and what they may do: that belongs to your account.</p>
          <div class="row">
            <a class="button button-main" href={hrefToSignIn()}>
              Sign in
            </a>
          </div>
        </section>
      )}
    </div>
  );
}

function Appearance() {
  return (
    <section class="card">
      <h2>Appearance</h2>
      <Segments
        label="Colours"
        value={theme.value}
        choices={[
          { value: "system", label: "System" },
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ]}
        onChange={(chosen) => chooseTheme(chosen as Theme)}
      />
    </section>
  );
}
