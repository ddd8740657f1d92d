/** One element of a document, as far as the tests ask. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, entities as written. */
  text: string;
}

const TAG = /<(\/?)([a-z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;

/** Reads the subset of XML that charts use, in the order of the document; throws unless it is well-formed. */
export function parseXml(document: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  const prologue = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(document)?.[0].length ?? 0;
  const end = document.trimEnd().length;
  let position = prologue;
  while (position < end) {
    const isTag = document[position] === "<";
    const pattern = isTag ? TAG : TEXT;
    pattern.lastIndex = position;
    const match = pattern.exec(document);
    if (match === null) throw new Error(`not well-formed at "${document.slice(position, position + 40)}"`);
    position = pattern.lastIndex;
    if (!isTag) addText(open.at(-1), match[0]);
    else if (match[1] === "/") closeElement(open.pop(), match[2]);
    else {
      if (open.length === 0 && elements.length > 0) throw new Error("the document has two roots");
      const element = { name: match[2] ?? "", attributes: parseAttributes(match[3] ?? ""), text: "" };
      elements.push(element);
      if (match[4] !== "/") open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is never closed`);
  return elements;
}

function addText(parent: XmlElement | undefined, text: string): void {
  checkEntities(text);
  if (parent === undefined) throw new Error(`text outside of the root: "${text}"`);
  parent.text += text;
}

function closeElement(element: XmlElement | undefined, name: string | undefined): void {
  if (element?.name !== name) throw new Error(`</${name}> closes <${element?.name ?? "nothing"}>`);
}

function parseAttributes(written: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = "", value = ""] of written.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`the attribute ${name} is there twice`);
    checkEntities(value);
    attributes[name] = value;
  }
  return attributes;
}

function checkEntities(text: string): void {
  const stray = /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.exec(text);
  if (stray !== null) throw new Error(`a bare & in "${text}"`);
}
