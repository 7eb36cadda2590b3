// The history as /api/v1 tells it.
import { ask } from "../../server/http";

export interface ConversationSummary {
  id: string;
  session_id: string;
  title: string;
  messages: number;
  created_at: string;
  updated_at: string;
}

export interface ConversationPage {
  conversations: ConversationSummary[];
  next: string | null;
}

export interface Message {
  id: string;
  position: number;
  role: "user" | "assistant";
  text: string;
  action: { name: string } | null;
  created_at: string;
}

export interface MessagePage {
  conversation: ConversationSummary;
  messages: Message[];
  next: number | null;
}

const path = (id: string): string => `api/v1/history/conversations/${encodeURIComponent(id)}`;

export const readMessages = (id: string, after: number, signal?: AbortSignal): Promise<MessagePage> =>
  ask(path(id), { query: { after }, ...(signal ? { signal } : {}) });

export const renameConversation = (id: string, title: string): Promise<ConversationSummary> =>
  ask(path(id), { method: "PATCH", json: { title } });

export const deleteConversation = (id: string): Promise<void> => ask(path(id), { method: "DELETE" });
