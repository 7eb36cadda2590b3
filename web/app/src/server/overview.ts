// What the server is and can do, as GET /api/console/overview tells. Asked for once when the page opens, and
// again after the server was away.
import { signal } from "@preact/signals";
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
  try {
    overview.value = await ask<Overview>("api/console/overview");
    serverFault.value = null;
  } catch (fault) {
    if (!(fault instanceof ServerError)) {
      throw fault;
    }
    serverFault.value = fault;
  }
}
