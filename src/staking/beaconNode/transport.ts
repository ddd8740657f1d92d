import type { z } from "zod";

import { SentenceError, UnreadableError, type Trouble } from "../../protocol/errors.js";
import { RETRIES, type Retries } from "../../protocol/retries.js";
import { quoted, reasonOf, visible } from "../../protocol/visible.js";
import { errorAnswer } from "./answers.js";

export interface Transport {
  /** Of the node, without the path of the API. */
  readonly url: string;
  /** After so long without a byte, the node is taken for dead; a state may take longer to begin. [milliseconds] */
  readonly patience: number;
  readonly retries: Retries;
}

/** @throws SentenceError if it is no address of a node. */
export function openTransport(
  url: string,
  { patience = 60_000, retries = RETRIES }: Partial<Transport> = {},
): Transport {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new SentenceError(`${quoted(url)} is no address of a beacon node, like http://127.0.0.1:5052.`);
  }
  return { url: url.replace(/\/+$/, ""), patience, retries };
}

/** A node may have to work a state out before it sends the first byte. */
const LONGER = 4;

/** An answer in JSON. Asked for again where that may help. */
export async function getJson<Schema extends z.ZodType>(
  transport: Transport,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { delays, wait } = transport.retries;
  for (let attempt = 0; ; attempt++) {
    try {
      return await askJson(transport, path, schema);
    } catch (error) {
      const delay = delays[attempt];
      const mayPass = error instanceof UnreadableError && ["broken", "busy"].includes(error.trouble);
      if (!mayPass || delay === undefined) throw error;
      await wait(delay);
    }
  }
}

async function askJson<Schema extends z.ZodType>(
  transport: Transport,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { response, alive } = await open(transport, path, "application/json");
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw brokenOff(transport, path, error, alive);
  } finally {
    alive.pause();
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unread(transport, path, `what came is no JSON: ${beginning(text)}`, "garbled");
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const places = [...new Set(result.error.issues.map((issue) => issue.path.map(String).join(".")))];
  throw unread(transport, path, `the answer is of another form, at ${places.join(", ") || "its beginning"}`, "garbled");
}

export interface BytesAnswer {
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** If the node has told it. [bytes] */
  readonly size: number | undefined;
  readonly cancel: () => Promise<void>;
}

/** An answer in bytes, as they come. Must be read, or cancelled. */
export async function getBytesOf(transport: Transport, path: string): Promise<BytesAnswer> {
  const { response, alive } = await open(transport, path, "application/octet-stream", LONGER * transport.patience);
  const type = response.headers.get("content-type") ?? "";
  const { body } = response;
  const cancel = async (): Promise<void> => {
    alive.pause();
    await body?.cancel();
  };
  if (body === null || !type.toLowerCase().startsWith("application/octet-stream")) {
    await cancel();
    throw unread(transport, path, `SSZ was asked for, and ${type === "" ? "nothing" : quoted(type)} came`, "garbled");
  }
  const told = Number(response.headers.get("content-length") ?? NaN);
  const isPacked = response.headers.has("content-encoding");
  return {
    headers: response.headers,
    chunks: read(transport, path, body, alive),
    size: Number.isSafeInteger(told) && !isPacked ? told : undefined,
    cancel,
  };
}

async function* read(
  transport: Transport,
  path: string,
  body: ReadableStream<Uint8Array>,
  alive: Watch,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let count = 0;
  try {
    for (;;) {
      alive.expect(transport.patience);
      let next;
      try {
        next = await reader.read();
      } catch (error) {
        throw brokenOff(transport, path, error, alive, count);
      }
      if (next.done) return;
      count += next.value.length;
      // Whoever works on it may take as long as he likes.
      alive.pause();
      yield next.value;
    }
  } finally {
    alive.pause();
    await reader.cancel().catch(() => undefined);
  }
}

interface Opened {
  readonly response: Response;
  readonly alive: Watch;
}

async function open(
  transport: Transport,
  path: string,
  accept: string,
  patience = transport.patience,
): Promise<Opened> {
  const alive = new Watch();
  alive.expect(patience);
  let response: Response;
  try {
    response = await fetch(`${transport.url}${path}`, { headers: { accept }, signal: alive.signal });
  } catch (error) {
    alive.pause();
    throw brokenOff(transport, path, error, alive);
  }
  if (response.ok) return { response, alive };
  try {
    throw refused(transport, path, response.status, await response.text().catch(() => ""));
  } finally {
    alive.pause();
  }
}

/** Gives up when nothing has come for a while. */
class Watch {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** How long it waited for what did not come. [milliseconds] */
  waited: number | undefined;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Begins to wait for a byte, from now. [milliseconds] */
  expect(patience: number): void {
    this.pause();
    this.timer = setTimeout(() => {
      this.waited = patience;
      this.controller.abort();
    }, patience);
  }

  pause(): void {
    clearTimeout(this.timer);
  }
}

/** What a status says, where the API tells. */
function refused(transport: Transport, path: string, status: number, text: string): UnreadableError {
  const words = wordsOf(text);
  const said = words === "" ? "" : ` (${words})`;
  if (status === 404) {
    return unread(
      transport,
      path,
      `it does not have that${said}: pruned, not reached yet, or of another network`,
      "forgotten",
    );
  }
  if (status === 503) return unread(transport, path, `it is still syncing${said}: wait, or ask another node`, "behind");
  if (status === 429) return unread(transport, path, `too many requests for now${said}`, "busy");
  if (status === 400 || status === 405 || status === 406 || status === 415 || status === 501) {
    return unread(transport, path, `it does not offer that, status ${status}${said}`, "unsupported");
  }
  return unread(transport, path, `status ${status}${said}`, status >= 500 ? "broken" : "other");
}

function wordsOf(text: string): string {
  try {
    const parsed = errorAnswer.safeParse(JSON.parse(text));
    return parsed.success ? beginning(parsed.data.message) : "";
  } catch {
    return "";
  }
}

function brokenOff(transport: Transport, path: string, error: unknown, alive: Watch, count = 0): UnreadableError {
  const after = count === 0 ? "" : ` after ${count} bytes`;
  if (alive.waited !== undefined) {
    return unread(transport, path, `nothing has come for ${alive.waited / 1000} seconds${after}`, "timeout", error);
  }
  const code = codeOf(error);
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return unread(transport, path, `nobody answers there (${code})`, "refused", error);
  }
  return unread(transport, path, `the line broke${after} (${code ?? reasonOf(error)})`, "broken", error);
}

/** Fetch hides what happened in the cause. */
function codeOf(error: unknown): string | undefined {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if ("code" in one && typeof one.code === "string") return one.code;
    if (one instanceof AggregateError && one.errors[0] !== undefined) return codeOf(one.errors[0]);
  }
  return undefined;
}

/** Whatever else an address carries (keys, names) is nobody's business. */
const originOf = ({ url }: Transport): string => URL.parse(url)?.origin ?? "";

export const unread = (
  transport: Transport,
  path: string,
  words: string,
  trouble: Trouble,
  cause?: unknown,
): UnreadableError =>
  new UnreadableError(
    `The beacon node at ${originOf(transport)} could not be read (GET ${visible(path)}): ${words}.`,
    trouble,
    cause === undefined ? {} : { cause },
  );

const MOST_WORDS = 120;
const beginning = (text: string): string => {
  const line = visible(text.replace(/\s+/g, " ").trim());
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line.replace(/\.$/, "");
};
