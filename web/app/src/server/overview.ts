// What the server is and can do, as GET /api/console/overview tells. Asked for when the page opens, when somebody else
// is here (it tells admins more), and again after the server was away.
import { signal } from "@preact/signals";
import { person } from "./account";
import { ServerError, ask } from "./http";

export interface AgentSummary {
  id: string;
  name: string;
  language: string;
  is_default: boolean;
}

export interface Overview {
  agents: AgentSummary[];
  // Whether one may talk without an account, and make one.
  anonymous: boolean;
  registration: boolean;
  captions: { allowed: boolean; reason: string };
  robot: { configured: boolean; reachable: boolean; name?: string; detail?: string };
  // Only for those who look after this server; see screens/status.
  [more: string]: unknown;
}

export const overview = signal<Overview | null>(null);
export const serverFault = signal<ServerError | null>(null);

export async function loadOverview(): Promise<void> {
  const asking = person.value;
  try {
    const answer = await ask<Overview>("api/console/overview");
    if (person.value !== asking) {
      return; // somebody else is here now, for whom it has been asked again
    }
    overview.value = answer;
    serverFault.value = null;
  } catch (fault) {
    if (!(fault instanceof ServerError)) {
      throw fault;
    }
    if (person.value !== asking) {
      return; // their sign-in was over; it is asked again without
    }
    serverFault.value = fault;
  }
}
