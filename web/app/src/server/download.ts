// A file of the server's onto the person's disk. A plain link cannot carry the token.
import { ServerError, type Question, askForResponse } from "./http";

// Written piece by piece, so that a long one shows that it comes. Throws ServerError.
export async function download(
  path: string,
  name: string,
  question: Question = {},
  progress: (bytes: number) => void = () => undefined,
): Promise<void> {
  const response = await askForResponse(path, question);
  const pieces: BlobPart[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      pieces.push(read.value);
      bytes += read.value.byteLength;
      progress(bytes);
    }
  } catch {
    throw new ServerError("The connection broke off in the middle of the file. Please try again.", 0, "unreachable");
  }
  save(new Blob(pieces, { type: response.headers.get("Content-Type") ?? "application/octet-stream" }), name);
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has to have begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function sizeInWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
