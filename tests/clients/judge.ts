// Looks at every answer that a client gets: is it one that the description has, and does it look as described?
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";

interface Answer {
  content?: Record<string, unknown>;
}

interface Operation {
  operationId: string;
  responses: Record<string, Answer>;
}

export interface Description {
  paths: Record<string, Record<string, Operation>>;
}

// Of JSON pointers, within a reference.
function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}

export class Judge {
  // Whether an operation was asked at all, and answered well once.
  readonly done = new Set<string>();
  private readonly schemas = new Ajv2020({ strict: false, allErrors: true });

  constructor(private readonly description: Description) {
    addFormats(this.schemas);
    this.schemas.addSchema(description, "api");
  }

  operations(): string[] {
    return Object.values(this.description.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => operation.operationId),
    );
  }

  // Throws where the answer is none of those described. `path` is as in the description, with its {parameters}.
  async look(path: string, method: string, response: Response): Promise<void> {
    const name = `${method} ${path}`;
    const operation = this.description.paths[path]?.[method.toLowerCase()];
    if (!operation) {
      throw new Error(`${name} is not described`);
    }
    const answer = operation.responses[String(response.status)];
    const text = await response.clone().text();
    if (!answer) {
      throw new Error(`${name} answered ${response.status}, which is not described: ${text}`);
    }
    if (response.ok) {
      this.done.add(operation.operationId);
    }
    if (!answer.content) {
      if (text !== "") {
        throw new Error(`${name} answered ${response.status} with a body that is not described: ${text}`);
      }
      return;
    }
    const type = (response.headers.get("Content-Type") ?? "").split(";")[0]!;
    if (!(type in answer.content)) {
      throw new Error(`${name} answered ${response.status} with ${type}, which is not described`);
    }
    const place = ["paths", path, method.toLowerCase(), "responses", String(response.status), "content", type, "schema"];
    const fits = this.schemas.compile({ $ref: `api#/${place.map(escaped).join("/")}` });
    if (!fits(JSON.parse(text))) {
      throw new Error(`${name} answered ${response.status} with ${text}: ${this.schemas.errorsText(fits.errors)}`);
    }
  }
}
