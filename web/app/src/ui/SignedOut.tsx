// In the place of a screen that is about somebody, for nobody in particular.
import { hrefToSignIn } from "../app/router";
import { overview } from "../server/overview";
import { Icon, type IconName } from "./Icon";

export function SignedOut({ icon, what }: { icon: IconName; what: string }) {
  return (
    <div class="card signed-out">
      <Icon name={icon} size={40} />
      <p class="signed-out-what">{what}</p>
      <p class="soft">Talking works without an account, too: then nothing of it is kept.</p>
      <div class="row">
        <a class="button button-main" href={hrefToSignIn()}>
          Sign in
        </a>
        {registrationOpen() && (
          <a class="button" href={hrefToSignIn("register")}>
            Make an account
          </a>
        )}
      </div>
    </div>
  );
}

export function registrationOpen(): boolean {
  return overview.value?.registration ?? true;
}
