import { Graphviz } from "@hpcc-js/wasm-graphviz";

import { visible } from "../../protocol/visible.js";
import { element, escapeXml } from "../../svg/element.js";
import {
  COMMITTEE_COLOR,
  DANGER_COLOR,
  EDGE,
  FAINT,
  INK,
  PAPER,
  PROPOSAL_COLOR,
  renderDarkStyle,
  SUPPORT_COLOR,
} from "../../svg/palette.js";
import type { AuditReport } from "../report.js";
import { powerGraph, type GraphNode, type PowerGraph } from "./graph.js";
import { tellCarrier } from "./words.js";

const TITLE = "Who holds what over whom";
/** Graphviz knows how wide its letters are; browsers have it, or one of the same widths. */
const FONT = "Arial";
/** So many rules or powers are written out; there is a word for the rest. */
const MOST = 6;

const COLOURS: Readonly<Record<GraphNode["kind"], string>> = {
  voters: PROPOSAL_COLOR,
  committee: COMMITTEE_COLOR,
  contract: FAINT,
  account: DANGER_COLOR,
  stakers: SUPPORT_COLOR,
};

/** Draws who holds what over whom; readable on a dark page, too. */
export async function renderSvg(report: AuditReport): Promise<string> {
  const graphviz = await Graphviz.load();
  const drawn = graphviz.dot(dotOf(powerGraph(report)));
  const start = drawn.indexOf("<svg");
  const [head = "", ...body] = drawn.slice(start).split(/(?<=^<svg[^>]*>)/);
  const about = [
    element("title", {}, TITLE),
    element("desc", {}, escapeXml(visible(tellCarrier(report)))),
    element("style", {}, renderDarkStyle()),
  ];
  const clean = body
    .join("")
    .replaceAll(/<!--.*?-->\n?/gs, "")
    .replaceAll(
      `font-family="${FONT}"`,
      `font-family="${FONT}, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"`,
    );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head.replace(/>$/, ' role="img">')}\n${about.join("\n")}${clean}`;
}

/** The graph as Graphviz reads it. Names of accounts are texts of others: nothing in them is markup. */
function dotOf({ nodes, edges }: PowerGraph): string {
  const ids = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  return [
    "digraph {",
    `graph [rankdir=TB bgcolor="${PAPER}" ranksep=0.75 nodesep=0.35 pad=0.3]`,
    `node [shape=box style="filled,rounded" fillcolor="${PAPER}" fontname=${FONT} fontsize=14 fontcolor="${INK}" penwidth=1.6 margin="0.3,0.12"]`,
    `edge [fontname=${FONT} fontsize=11 fontcolor="${FAINT}" arrowsize=0.7]`,
    ...nodes.map(({ name, kind, lines }) => {
      const shape = kind === "contract" ? ` style=filled color="${EDGE}"` : ` color="${COLOURS[kind]}"`;
      return `${ids.get(name) ?? ""} [label=<${[bold(name), ...shorten(lines).map(small)].join("<br/>")}>${shape}]`;
    }),
    ...edges.map(({ from, to, kind, powers }) => {
      const label = shorten(powers)
        .map((one) => escape(one))
        .join("\\n");
      return `${ids.get(from) ?? ""} -> ${ids.get(to) ?? ""} [label="${label}" color="${COLOURS[kind]}"]`;
    }),
    "}",
  ].join("\n");
}

function shorten(lines: readonly string[]): string[] {
  const more = lines.length - MOST;
  return more > 1 ? [...lines.slice(0, MOST), `and ${more} more`] : [...lines];
}

const bold = (text: string): string => `<b>${escapeXml(visible(text))}</b>`;
const small = (text: string): string => `<font point-size="11" color="${FAINT}">${escapeXml(visible(text))}</font>`;
const escape = (text: string): string => visible(text).replaceAll(/["\\]/g, "\\$&");
